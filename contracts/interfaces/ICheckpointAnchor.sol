// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/**
 * @title ICheckpointAnchor
 * @notice The half of one transparency log that lives on a chain: its newest tree head, which only a proven extension
 * can replace. One deployment serves one log, cannot be upgraded, and holds no text, so nothing about a person can
 * reach the chain through it.
 *
 * @dev Trees, root hashes and proofs are those of RFC 9162 section 2.1 with SHA-256.
 *
 * Invariants, whoever holds which key:
 * - the size strictly grows, and a size never has two roots;
 * - each head is a proven extension of the head before it, so every anchored head is a prefix of all later ones;
 * - every head is in exactly one {CheckpointAnchored} event, except the empty head of a new log;
 * - once closed, the head never changes again.
 *
 * Limits: a root hash does not bind its size, so an anchorer can state a true root under another
 * size of the same shape, and it can extend the log with leaves that nobody else holds. Verifiers therefore compare
 * size and root with the signed checkpoint; `maxGrowth` bounds one step; and {close} ends a log whose anchoring key was
 * abused. Its successor is a new deployment that starts at the last honest head.
 *
 * The first head of a log that starts empty cannot be proven against an earlier one: it is trusted on first use.
 */
interface ICheckpointAnchor {
    /**
     * @notice The log's head has become (`size`, `root`).
     * @param size number of leaves
     * @param root root hash of those leaves
     * @param previousSize size of the head it replaced; 0 for the first head, also that of a successor
     */
    event CheckpointAnchored(uint64 indexed size, bytes32 indexed root, uint64 previousSize);

    /**
     * @notice The log was permanently closed at this head.
     * @param size number of leaves of the last head
     * @param root root hash of the last head
     */
    event LogClosed(uint64 indexed size, bytes32 indexed root);

    /// @notice The log id is zero. It is the SHA-256 of the log's origin.
    error CheckpointAnchorZeroLogId();

    /// @notice The growth limit is zero, so nothing could ever be anchored.
    error CheckpointAnchorZeroMaxGrowth();

    /// @notice The account named for `role` is the zero address.
    error CheckpointAnchorZeroAddress(bytes32 role);

    /// @notice No tree has this head: only size 0 goes with SHA-256(""), and no size goes with the zero word.
    error CheckpointAnchorImpossibleHead(uint64 size, bytes32 root);

    /// @notice The log is closed at the head (`size`, `root`).
    error CheckpointAnchorClosed(uint64 size, bytes32 root);

    /// @notice The size already has the root `current`, which is not the one given.
    error CheckpointAnchorRootConflict(uint64 size, bytes32 current, bytes32 given);

    /// @notice The size is smaller than that of the head.
    error CheckpointAnchorSizeNotIncreasing(uint64 current, uint64 given);

    /// @notice The size is above the largest a log may have, 2^63 - 1 leaves.
    error CheckpointAnchorSizeTooLarge(uint64 maximum, uint64 given);

    /// @notice The step from the head's size is larger than one anchor may take.
    error CheckpointAnchorGrowthTooLarge(uint64 maximum, uint64 given);

    /// @notice The proof does not have the number of hashes that the two sizes call for.
    error CheckpointAnchorProofLengthMismatch(uint256 expected, uint256 given);

    /// @notice The proof starts from another history: at the head's size it yields `computed` instead of `current`.
    error CheckpointAnchorOldRootMismatch(bytes32 current, bytes32 computed);

    /// @notice The proof leads to the root `computed`, not to the one given.
    error CheckpointAnchorNewRootMismatch(bytes32 given, bytes32 computed);

    /**
     * @notice Makes (`size`, `root`) the head of the log, if `consistencyProof` proves it an extension of the present
     * head. Giving the present head again with an empty proof is accepted without effect or event, so that repeating
     * it does no harm; with hashes it is refused, since nobody would check them.
     * @dev Reverts with `AccessControlUnauthorizedAccount` without the anchoring role, with
     * {CheckpointAnchorClosed} on a closed log, even for the present head, and with the error that names the first
     * failed check otherwise. Sizes that are multiples of 256 make the shortest proofs, which then contain no leaf hash.
     * @param size number of leaves of the new head
     * @param root root hash of the new head
     * @param consistencyProof RFC 9162 section 2.1.4 proof from the present size to `size`; empty from size 0 and for the
     * present head
     */
    function anchor(uint64 size, bytes32 root, bytes32[] calldata consistencyProof) external;

    /**
     * @notice Closes the log: no head will follow the present one. There is no way back.
     * @dev Reverts with `AccessControlUnauthorizedAccount` without the closing role and with {CheckpointAnchorClosed}
     * if already closed.
     */
    function close() external;

    /**
     * @notice The present head of the log.
     * @return size number of leaves; 0 before the first anchor
     * @return root root hash of those leaves; SHA-256("") at size 0
     * @return time block time at which this head was anchored, in seconds; for the first head, the time of deployment
     */
    function head() external view returns (uint64 size, bytes32 root, uint64 time);

    /// @notice SHA-256 of the log's origin, the name on its checkpoints.
    function logId() external view returns (bytes32);

    /// @notice The largest number of leaves that one anchor may add.
    function maxGrowth() external view returns (uint64);

    /// @notice Whether the log is closed.
    function isClosed() external view returns (bool);

    /**
     * @notice Whether the leaf is in the log at this index, proven against the present head. A closed log still answers.
     * @dev Never reverts on a wrong proof. With it, other contracts can make a record a condition.
     * @param leafHash SHA-256(0x00 ‖ entry)
     * @param leafIndex zero-based index of the leaf
     * @param inclusionProof RFC 9162 section 2.1.3 proof against the present size
     */
    function verifyInclusion(
        bytes32 leafHash,
        uint64 leafIndex,
        bytes32[] calldata inclusionProof
    ) external view returns (bool);
}
