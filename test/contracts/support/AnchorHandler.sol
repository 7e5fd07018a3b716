// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {CheckpointAnchor} from "../../../contracts/CheckpointAnchor.sol";
import {ICheckpointAnchor} from "../../../contracts/interfaces/ICheckpointAnchor.sol";
import {Mutation} from "./Mutation.sol";
import {Rfc9162} from "./Rfc9162.sol";
import {SyntheticLog} from "./SyntheticLog.sol";
import {VM, Vm} from "./Vm.sol";

/**
 * @title AnchorHandler
 * @notice Does to the contract what its holders of keys, and strangers, may try, in any order. It judges nothing: it
 * writes down what the contract did in `seen`, and the invariants read that.
 */
contract AnchorHandler {
    using SyntheticLog for SyntheticLog.Log;

    /// @notice What was seen over all calls so far. The first four count what may happen, the others what never may.
    struct Seen {
        uint256 anchored;
        uint256 refused;
        uint256 repeated;
        uint256 closings;
        uint256 sizesNotGrown;
        uint256 secondRoots;
        uint256 anchoredWithoutRole;
        uint256 closedWithoutRole;
        uint256 changedWhenClosed;
        uint256 spoiltAccepted;
        uint256 grownTooFar;
        uint256 eventsAmiss;
        uint256 timesAmiss;
        uint256 honestRefused;
    }

    /// @notice All that can be read of the log's state.
    struct State {
        uint64 size;
        bytes32 root;
        uint64 time;
        bool isClosed;
    }

    uint64 public constant MAX_GROWTH = 1 << 32;
    address public constant ADMIN = address(0xad);

    CheckpointAnchor public immutable target;

    mapping(uint64 size => bytes32 root) public rootOf;
    uint64[] public sizes;

    Seen private _seen;
    SyntheticLog.Log private _log;
    address[4] private _actors = [address(0xa1), address(0xa2), address(0xa3), address(0xa4)];

    constructor() {
        target = new CheckpointAnchor(
            sha256("warifu.example/log"),
            0,
            sha256(""),
            MAX_GROWTH,
            ADMIN,
            1 days,
            _actors[0],
            _actors[1]
        );
    }

    /// @notice Anchors an honest extension of the head, small or large, from the first head on.
    function extend(uint256 actor, uint256 growth, bytes32 leaves) external {
        uint64 size = headSize() + uint64(1 + (growth % (actor % 2 == 0 ? 1000 : MAX_GROWTH)));
        (bytes32 root, bytes32[] memory proof) = _log.extension(leaves, size);
        bool mayAnchor = target.hasRole(target.ANCHOR_ROLE(), _actor(actor)) && !target.isClosed();
        bool isChanged = _anchor(actor, size, root, proof);
        if (isChanged) _log.grow(leaves, size);
        else if (mayAnchor) ++_seen.honestRefused;
    }

    /// @notice Anchors the present head once more, with any proof.
    function repeatHead(uint256 actor, bytes32[] calldata proof) external {
        State memory present = state();
        if (_anchor(actor, present.size, present.root, proof)) ++_seen.sizesNotGrown;
        else ++_seen.repeated;
    }

    /// @notice Tries to give the present size another root, or to go back to a smaller size.
    function rewind(uint256 actor, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        State memory present = state();
        if (size > present.size) size = uint64(size % (uint256(present.size) + 1));
        if (size == present.size && root == present.root) return;
        if (_anchor(actor, size, root, proof)) ++_seen.spoiltAccepted;
    }

    /// @notice Tries an extension whose proof or root is spoilt.
    function spoil(uint256 actor, uint64 growth, uint256 kind, uint256 where, bytes32 noise) external {
        uint64 size = headSize() + 1 + (growth % MAX_GROWTH);
        (bytes32 root, bytes32[] memory proof) = _log.extension(noise, size);
        bool isSpoilt;
        if (kind % (Mutation.KINDS + 1) == Mutation.KINDS && proof.length != 0) {
            (root, isSpoilt) = (Mutation.flipBit(root, where), true);
        } else {
            (proof, isSpoilt) = Mutation.ofProof(proof, kind, where, noise);
        }
        if (isSpoilt && _anchor(actor, size, root, proof)) ++_seen.spoiltAccepted;
    }

    /// @notice Tries to rewrite the past: other hashes on the left, and the root that they truly lead to.
    function rewrite(uint256 actor, uint64 growth, uint256 where, bytes32 noise) external {
        State memory present = state();
        if (present.size == 0) return;
        uint64 size = present.size + 1 + (growth % MAX_GROWTH);
        (, bytes32[] memory proof) = _log.extension(noise, size);
        (proof, ) = Mutation.ofProof(proof, Mutation.REPLACE, where, noise);
        (bytes32 oldRoot, bytes32 newRoot) = Rfc9162.consistencyRoots(present.size, present.root, size, proof);
        // Where only hashes of new leaves were replaced, the past is as it was and the extension is a true one.
        if (oldRoot != present.root && _anchor(actor, size, newRoot, proof)) ++_seen.spoiltAccepted;
    }

    /// @notice Tries a larger head of any kind, proven by anything or nothing.
    function invent(uint256 actor, uint64 size, bytes32 root, bytes32[] calldata proof) external {
        if (headSize() == 0 || size <= headSize()) return;
        if (_anchor(actor, size, root, proof)) ++_seen.spoiltAccepted;
    }

    /// @notice Tries an honest extension that is larger than one anchor may be.
    function leap(uint256 actor, uint64 beyond, bytes32 leaves) external {
        uint64 size = headSize() + MAX_GROWTH + 1 + (beyond % MAX_GROWTH);
        (bytes32 root, bytes32[] memory proof) = _log.extension(leaves, size);
        if (_anchor(actor, size, root, proof)) ++_seen.grownTooFar;
    }

    /// @notice Tries to close the log; kept rare, since little can happen afterwards.
    function close(uint256 actor, uint256 chance) external {
        if (chance % 16 != 0) return;
        State memory present = state();
        bool mayClose = target.hasRole(target.CLOSE_ROLE(), _actor(actor));
        VM.recordLogs();
        VM.prank(_actor(actor));
        try target.close() {
            ++_seen.closings;
            if (!mayClose) ++_seen.closedWithoutRole;
            if (present.isClosed) ++_seen.changedWhenClosed;
        } catch {
            ++_seen.refused;
        }
        _compare(present);
    }

    /// @notice The admin hands out or takes back a role.
    function setRole(uint256 actor, bool isAnchorRole, bool isGranted) external {
        bytes32 role = isAnchorRole ? target.ANCHOR_ROLE() : target.CLOSE_ROLE();
        VM.prank(ADMIN);
        if (isGranted) target.grantRole(role, _actor(actor));
        else target.revokeRole(role, _actor(actor));
    }

    /// @notice Time goes by.
    function wait(uint256 elapsed) external {
        VM.warp(block.timestamp + 1 + (elapsed % 1 days));
    }

    function seen() external view returns (Seen memory) {
        return _seen;
    }

    /// @notice How many heads were anchored.
    function anchorCount() external view returns (uint256) {
        return sizes.length;
    }

    function state() public view returns (State memory present) {
        (present.size, present.root, present.time) = target.head();
        present.isClosed = target.isClosed();
    }

    function headSize() public view returns (uint64 size) {
        (size, , ) = target.head();
    }

    function _actor(uint256 actor) private view returns (address) {
        return _actors[actor % _actors.length];
    }

    /// @dev Sends one anchor and writes down everything that an invariant speaks of. Whether the head has changed.
    function _anchor(
        uint256 actor,
        uint64 size,
        bytes32 root,
        bytes32[] memory proof
    ) private returns (bool isChanged) {
        State memory present = state();
        bool mayAnchor = target.hasRole(target.ANCHOR_ROLE(), _actor(actor));
        VM.recordLogs();
        VM.prank(_actor(actor));
        try target.anchor(size, root, proof) {
            if (!mayAnchor) ++_seen.anchoredWithoutRole;
        } catch {
            ++_seen.refused;
        }
        isChanged = _compare(present);
        if (isChanged) _writeDown(present, state());
    }

    function _writeDown(State memory past, State memory present) private {
        ++_seen.anchored;
        if (present.size <= past.size) ++_seen.sizesNotGrown;
        if (rootOf[present.size] != 0 && rootOf[present.size] != present.root) ++_seen.secondRoots;
        if (past.isClosed) ++_seen.changedWhenClosed;
        if (present.size - past.size > MAX_GROWTH) ++_seen.grownTooFar;
        if (present.time != block.timestamp) ++_seen.timesAmiss;
        rootOf[present.size] = present.root;
        sizes.push(present.size);
    }

    /// @dev Compares what changed since `past` with the events since then. Whether the head has changed.
    function _compare(State memory past) private returns (bool isHeadChanged) {
        State memory present = state();
        isHeadChanged = present.size != past.size || present.root != past.root;
        bool isClosedNow = present.isClosed && !past.isClosed;
        if (past.isClosed && !present.isClosed) ++_seen.changedWhenClosed;
        if (!isHeadChanged && present.time != past.time) ++_seen.timesAmiss;

        Vm.Log[] memory logs = VM.getRecordedLogs();
        uint256 wanted = (isHeadChanged ? 1 : 0) + (isClosedNow ? 1 : 0);
        bool isTold = logs.length == wanted;
        if (isTold && isHeadChanged) {
            isTold =
                _isEvent(logs[0], ICheckpointAnchor.CheckpointAnchored.selector, present) &&
                keccak256(logs[0].data) == keccak256(abi.encode(past.size));
        }
        if (isTold && isClosedNow) {
            isTold = _isEvent(logs[0], ICheckpointAnchor.LogClosed.selector, present) && logs[0].data.length == 0;
        }
        if (!isTold) ++_seen.eventsAmiss;
    }

    function _isEvent(Vm.Log memory log, bytes32 selector, State memory present) private view returns (bool) {
        return
            log.emitter == address(target) &&
            log.topics.length == 3 &&
            log.topics[0] == selector &&
            uint256(log.topics[1]) == present.size &&
            log.topics[2] == present.root;
    }
}
