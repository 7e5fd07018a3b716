// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";

import {ICheckpointAnchor} from "./interfaces/ICheckpointAnchor.sol";
import {MerkleProofs} from "./libraries/MerkleProofs.sol";

/**
 * @title CheckpointAnchor
 * @notice The head of one log on chain. Promises, events and errors are documented in {ICheckpointAnchor}.
 * @dev Only the present head is stored, in two slots that each anchor overwrites: a new slot per anchor would cost
 * several times as much. The history is in the events.
 */
contract CheckpointAnchor is ICheckpointAnchor, AccessControlDefaultAdminRules {
    /// @notice May call {anchor}.
    bytes32 public constant ANCHOR_ROLE = keccak256("ANCHOR_ROLE");

    /// @notice May call {close}. Best kept apart from the anchoring key, as it is the answer to an abuse of that key.
    bytes32 public constant CLOSE_ROLE = keccak256("CLOSE_ROLE");

    /// @dev The head without its root, in one slot. `time` in seconds.
    struct Status {
        uint64 size;
        uint64 time;
        bool closed;
    }

    /// @dev Root hash of the tree without leaves: SHA-256("").
    bytes32 private constant EMPTY_ROOT = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    /// @dev Other programs handle sizes as signed 64-bit numbers.
    uint64 private constant MAX_SIZE = uint64(type(int64).max);

    bytes32 private immutable _logId;
    uint64 private immutable _maxGrowth;

    bytes32 private _root;
    Status private _status;

    /**
     * @notice Opens a log, empty or as the successor of a closed one.
     * @param logId_ SHA-256 of the log's origin
     * @param startSize 0 for a new log; for a successor, the size of the last honest head
     * @param startRoot SHA-256("") for a new log; for a successor, the root of the last honest head
     * @param maxGrowth_ largest number of leaves that one anchor may add
     * @param admin first holder of the default admin role, which grants and revokes the other two
     * @param adminDelay seconds between the two steps that hand over the admin role
     * @param anchorer first holder of {ANCHOR_ROLE}
     * @param closer first holder of {CLOSE_ROLE}
     */
    constructor(
        bytes32 logId_,
        uint64 startSize,
        bytes32 startRoot,
        uint64 maxGrowth_,
        address admin,
        uint48 adminDelay,
        address anchorer,
        address closer
    ) AccessControlDefaultAdminRules(adminDelay, admin) {
        if (logId_ == 0) revert CheckpointAnchorZeroLogId();
        if (maxGrowth_ == 0) revert CheckpointAnchorZeroMaxGrowth();
        if (anchorer == address(0)) revert CheckpointAnchorZeroAddress(ANCHOR_ROLE);
        if (closer == address(0)) revert CheckpointAnchorZeroAddress(CLOSE_ROLE);
        if (startSize > MAX_SIZE) revert CheckpointAnchorSizeTooLarge(MAX_SIZE, startSize);
        _requirePossibleHead(startSize, startRoot);

        _logId = logId_;
        _maxGrowth = maxGrowth_;
        _grantRole(ANCHOR_ROLE, anchorer);
        _grantRole(CLOSE_ROLE, closer);
        _root = startRoot;
        _status = Status(startSize, uint64(block.timestamp), false);
        if (startSize != 0) emit CheckpointAnchored(startSize, startRoot, 0);
    }

    /// @inheritdoc ICheckpointAnchor
    function anchor(uint64 size, bytes32 root, bytes32[] calldata consistencyProof) external onlyRole(ANCHOR_ROLE) {
        uint64 currentSize = _status.size;
        bytes32 currentRoot = _root;
        if (_status.closed) revert CheckpointAnchorClosed(currentSize, currentRoot);
        if (size == currentSize) {
            if (root != currentRoot) revert CheckpointAnchorRootConflict(size, currentRoot, root);
            _requireNoProof(consistencyProof);
            return;
        }
        _requireAllowedGrowth(currentSize, size);
        if (currentSize == 0) _requireFirstHead(size, root, consistencyProof);
        else _requireExtension(currentSize, currentRoot, size, root, consistencyProof);

        _root = root;
        _status.size = size;
        _status.time = uint64(block.timestamp);
        emit CheckpointAnchored(size, root, currentSize);
    }

    /// @inheritdoc ICheckpointAnchor
    function close() external onlyRole(CLOSE_ROLE) {
        Status memory current = _status;
        bytes32 currentRoot = _root;
        if (current.closed) revert CheckpointAnchorClosed(current.size, currentRoot);
        _status.closed = true;
        emit LogClosed(current.size, currentRoot);
    }

    /// @inheritdoc ICheckpointAnchor
    function head() external view returns (uint64 size, bytes32 root, uint64 time) {
        Status memory current = _status;
        return (current.size, _root, current.time);
    }

    /// @inheritdoc ICheckpointAnchor
    function logId() external view returns (bytes32) {
        return _logId;
    }

    /// @inheritdoc ICheckpointAnchor
    function maxGrowth() external view returns (uint64) {
        return _maxGrowth;
    }

    /// @inheritdoc ICheckpointAnchor
    function isClosed() external view returns (bool) {
        return _status.closed;
    }

    /// @inheritdoc ICheckpointAnchor
    function verifyInclusion(
        bytes32 leafHash,
        uint64 leafIndex,
        bytes32[] calldata inclusionProof
    ) external view returns (bool) {
        return MerkleProofs.verifyInclusion(leafHash, leafIndex, _status.size, inclusionProof, _root);
    }

    /// @inheritdoc AccessControlDefaultAdminRules
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return interfaceId == type(ICheckpointAnchor).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev `size != currentSize`. The first check makes the subtraction in the last one safe.
    function _requireAllowedGrowth(uint64 currentSize, uint64 size) private view {
        if (size < currentSize) revert CheckpointAnchorSizeNotIncreasing(currentSize, size);
        if (size > MAX_SIZE) revert CheckpointAnchorSizeTooLarge(MAX_SIZE, size);
        uint64 growth = size - currentSize;
        if (growth > _maxGrowth) revert CheckpointAnchorGrowthTooLarge(_maxGrowth, growth);
    }

    function _requireFirstHead(uint64 size, bytes32 root, bytes32[] calldata proof) private pure {
        _requireNoProof(proof);
        _requirePossibleHead(size, root);
    }

    /// @dev For when there is nothing to prove. A proof that nobody reads could contain anything.
    function _requireNoProof(bytes32[] calldata proof) private pure {
        if (proof.length != 0) revert CheckpointAnchorProofLengthMismatch(0, proof.length);
    }

    /// @dev `0 < oldSize < newSize <= MAX_SIZE`.
    function _requireExtension(
        uint64 oldSize,
        bytes32 oldRoot,
        uint64 newSize,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) private view {
        (uint256 wantedLength, bytes32 computedOldRoot, bytes32 computedNewRoot) = MerkleProofs.consistencyRoots(
            oldRoot,
            oldSize,
            newSize,
            proof
        );
        if (proof.length != wantedLength) revert CheckpointAnchorProofLengthMismatch(wantedLength, proof.length);
        if (computedOldRoot != oldRoot) revert CheckpointAnchorOldRootMismatch(oldRoot, computedOldRoot);
        if (computedNewRoot != newRoot) revert CheckpointAnchorNewRootMismatch(newRoot, computedNewRoot);
    }

    function _requirePossibleHead(uint64 size, bytes32 root) private pure {
        bool isPossible = size == 0 ? root == EMPTY_ROOT : root != EMPTY_ROOT && root != 0;
        if (!isPossible) revert CheckpointAnchorImpossibleHead(size, root);
    }
}
