// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {CheckpointAnchor} from "../../contracts/CheckpointAnchor.sol";
import {ICheckpointAnchor} from "../../contracts/interfaces/ICheckpointAnchor.sol";
import {Mutation} from "./support/Mutation.sol";
import {SyntheticLog} from "./support/SyntheticLog.sol";
import {VM} from "./support/Vm.sol";

/// @notice One step of the contract, between any two heads. The anchorer is this test contract.
contract CheckpointAnchorTest {
    using SyntheticLog for SyntheticLog.Log;

    bytes32 private constant LOG_ID = keccak256("log");
    uint64 private constant MAX_SIZE = uint64(type(int64).max);
    address private constant CLOSER = address(0xc1);

    SyntheticLog.Log private _log;

    function testFuzz_constructor_takesAnyPossibleHead(uint64 size, bytes32 root) public {
        size = 1 + (size % MAX_SIZE);
        if (root == 0) root = LOG_ID;
        _requireHead(_deploy(size, root, 1), size, root);
    }

    function testFuzz_constructor_failsIfTheHeadIsImpossible(uint64 size, bytes32 root) public {
        size = 1 + (size % MAX_SIZE);
        bytes32 emptyRoot = sha256("");
        if (root == emptyRoot) root = 0;
        _expectImpossibleHead(0, root);
        _deploy(0, root, 1);
        _expectImpossibleHead(size, 0);
        _deploy(size, 0, 1);
        _expectImpossibleHead(size, emptyRoot);
        _deploy(size, emptyRoot, 1);
    }

    function testFuzz_anchor_takesAnyExtension(uint64 oldSize, uint64 newSize, bytes32 seed, bytes32 newSeed) public {
        (oldSize, newSize) = _growth(oldSize, newSize);
        CheckpointAnchor target = _deployAt(oldSize, seed, MAX_SIZE);
        (bytes32 root, bytes32[] memory proof) = _log.extension(newSeed, newSize);
        target.anchor(newSize, root, proof);
        _requireHead(target, newSize, root);
    }

    function testFuzz_anchor_failsIfTheProofIsSpoilt(
        uint64 oldSize,
        uint64 newSize,
        bytes32 seed,
        uint256 kind,
        uint256 where,
        bytes32 noise
    ) public {
        (oldSize, newSize) = _growth(oldSize, newSize);
        CheckpointAnchor target = _deployAt(oldSize, seed, MAX_SIZE);
        (bytes32 root, bytes32[] memory proof) = _log.extension(seed, newSize);
        (bytes32[] memory spoilt, bool isSpoilt) = Mutation.ofProof(proof, kind, where, noise);
        if (isSpoilt) require(_isRefused(target, newSize, root, spoilt), "a spoilt proof passes");
        require(_isRefused(target, newSize, Mutation.flipBit(root, where), proof), "another root passes");
    }

    function testFuzz_anchor_failsIfAnotherHistoryIsExtended(uint64 oldSize, uint64 newSize, bytes32 seed) public {
        (oldSize, newSize) = _growth(oldSize, newSize);
        bytes32 heldRoot = keccak256(abi.encode(seed, "another history"));
        CheckpointAnchor target = _deploy(oldSize, heldRoot, MAX_SIZE);
        _log.grow(seed, oldSize);
        (bytes32 root, bytes32[] memory proof) = _log.extension(seed, newSize);
        require(_isRefused(target, newSize, root, proof), "a rewritten history passes");
    }

    function testFuzz_anchor_failsWithoutTheRole(address sender, uint64 newSize, bytes32 seed) public {
        if (sender == address(this)) sender = CLOSER;
        CheckpointAnchor target = _deployAt(1, seed, MAX_SIZE);
        newSize = 2 + (newSize % (MAX_SIZE - 1));
        (bytes32 root, bytes32[] memory proof) = _log.extension(seed, newSize);
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            sender,
            target.ANCHOR_ROLE()
        );
        VM.prank(sender);
        VM.expectRevert(refusal);
        target.anchor(newSize, root, proof);
    }

    function testFuzz_anchor_failsIfTheSizeShrinks(
        uint64 size,
        uint64 smaller,
        bytes32 root,
        bytes32[] memory proof
    ) public {
        size = 1 + (size % MAX_SIZE);
        smaller %= size;
        CheckpointAnchor target = _deploy(size, LOG_ID, MAX_SIZE);
        VM.expectRevert(
            abi.encodeWithSelector(ICheckpointAnchor.CheckpointAnchorSizeNotIncreasing.selector, size, smaller)
        );
        target.anchor(smaller, root, proof);
    }

    function testFuzz_anchor_failsIfTheSizeHasAnotherRoot(uint64 size, bytes32 root, bytes32[] memory proof) public {
        size = 1 + (size % MAX_SIZE);
        if (root == LOG_ID) root = 0;
        CheckpointAnchor target = _deploy(size, LOG_ID, MAX_SIZE);
        VM.expectRevert(
            abi.encodeWithSelector(ICheckpointAnchor.CheckpointAnchorRootConflict.selector, size, LOG_ID, root)
        );
        target.anchor(size, root, proof);
    }

    function testFuzz_anchor_failsIfTheSizeIsTooLarge(uint64 size, uint64 tooLarge, bytes32 root) public {
        size = 1 + (size % MAX_SIZE);
        tooLarge |= 1 << 63;
        CheckpointAnchor target = _deploy(size, LOG_ID, type(uint64).max);
        VM.expectRevert(
            abi.encodeWithSelector(ICheckpointAnchor.CheckpointAnchorSizeTooLarge.selector, MAX_SIZE, tooLarge)
        );
        target.anchor(tooLarge, root, new bytes32[](0));
    }

    function testFuzz_anchor_failsIfTheGrowthIsTooLarge(
        uint64 oldSize,
        uint64 newSize,
        uint64 limit,
        bytes32 seed
    ) public {
        (oldSize, newSize) = _growth(oldSize, newSize);
        if (newSize - oldSize == 1) return;
        limit = 1 + (limit % (newSize - oldSize - 1));
        CheckpointAnchor target = _deployAt(oldSize, seed, limit);
        (bytes32 root, bytes32[] memory proof) = _log.extension(seed, newSize);
        VM.expectRevert(
            abi.encodeWithSelector(ICheckpointAnchor.CheckpointAnchorGrowthTooLarge.selector, limit, newSize - oldSize)
        );
        target.anchor(newSize, root, proof);
    }

    function testFuzz_anchor_takesTheHeadAgainWithoutEffect(uint64 size, uint64 elapsed) public {
        size = 1 + (size % MAX_SIZE);
        CheckpointAnchor target = _deploy(size, LOG_ID, 1);
        VM.warp(block.timestamp + elapsed);
        VM.recordLogs();
        target.anchor(size, LOG_ID, new bytes32[](0));
        require(VM.getRecordedLogs().length == 0, "a repeated anchor emits");
        (, , uint64 time) = target.head();
        require(time == block.timestamp - elapsed, "a repeated anchor moves the time");
    }

    function testFuzz_anchor_takesNoWordBesideTheHead(uint64 size, bytes32[] memory words) public {
        if (words.length == 0) return;
        size = 1 + (size % MAX_SIZE);
        CheckpointAnchor target = _deploy(size, LOG_ID, 1);
        VM.expectRevert(
            abi.encodeWithSelector(ICheckpointAnchor.CheckpointAnchorProofLengthMismatch.selector, 0, words.length)
        );
        target.anchor(size, LOG_ID, words);
    }

    function testFuzz_anchor_failsOnceClosed(uint64 newSize, bytes32 seed) public {
        newSize = 2 + (newSize % (MAX_SIZE - 1));
        CheckpointAnchor target = _deployAt(1, seed, MAX_SIZE);
        (uint64 size, bytes32 root, ) = target.head();
        VM.prank(CLOSER);
        target.close();
        (bytes32 newRoot, bytes32[] memory proof) = _log.extension(seed, newSize);
        bytes memory refusal = abi.encodeWithSelector(ICheckpointAnchor.CheckpointAnchorClosed.selector, size, root);
        VM.expectRevert(refusal);
        target.anchor(newSize, newRoot, proof);
        VM.expectRevert(refusal);
        target.anchor(size, root, proof);
        _requireHead(target, size, root);
    }

    function testFuzz_verifyInclusion_takesOnlyTheProofOfTheLeaf(
        uint64 size,
        uint64 index,
        bytes32 seed,
        uint256 kind,
        uint256 where,
        bytes32 noise
    ) public {
        size = 1 + (size % MAX_SIZE);
        index %= size;
        (bytes32 leafHash, bytes32[] memory proof, bytes32 root) = _log.inclusion(seed, index, size);
        CheckpointAnchor target = _deploy(size, root, 1);
        require(target.verifyInclusion(leafHash, index, proof), "an honest proof is refused");
        (bytes32[] memory spoilt, bool isSpoilt) = Mutation.ofProof(proof, kind, where, noise);
        if (isSpoilt) require(!target.verifyInclusion(leafHash, index, spoilt), "a spoilt proof passes");
        require(!target.verifyInclusion(Mutation.flipBit(leafHash, where), index, proof), "another leaf passes");
        require(!target.verifyInclusion(leafHash, size, proof), "an index past the end passes");
        require(!target.verifyInclusion(leafHash, type(uint64).max, proof), "the largest index passes");
    }

    function _deploy(uint64 size, bytes32 root, uint64 maxGrowth) private returns (CheckpointAnchor) {
        return new CheckpointAnchor(LOG_ID, size, root, maxGrowth, address(this), 0, address(this), CLOSER);
    }

    /// @dev Deploys at a head of `size` leaves from `seed`, and lets `_log` stand there too.
    function _deployAt(uint64 size, bytes32 seed, uint64 maxGrowth) private returns (CheckpointAnchor) {
        (bytes32 root, ) = _log.extension(seed, size);
        _log.grow(seed, size);
        return _deploy(size, root, maxGrowth);
    }

    function _isRefused(
        CheckpointAnchor target,
        uint64 size,
        bytes32 root,
        bytes32[] memory proof
    ) private returns (bool) {
        try target.anchor(size, root, proof) {
            return false;
        } catch {
            return true;
        }
    }

    function _expectImpossibleHead(uint64 size, bytes32 root) private {
        VM.expectRevert(abi.encodeWithSelector(ICheckpointAnchor.CheckpointAnchorImpossibleHead.selector, size, root));
    }

    function _requireHead(CheckpointAnchor target, uint64 wantedSize, bytes32 wantedRoot) private view {
        (uint64 size, bytes32 root, uint64 time) = target.head();
        require(size == wantedSize, "another size");
        require(root == wantedRoot, "another root");
        require(time == block.timestamp, "another time");
    }

    function _growth(uint64 oldSize, uint64 newSize) private pure returns (uint64, uint64) {
        oldSize = 1 + (oldSize % (MAX_SIZE - 1));
        return (oldSize, oldSize + 1 + (newSize % (MAX_SIZE - oldSize)));
    }
}
