// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/**
 * @title MerkleProofs
 * @notice Checks the inclusion and consistency proofs of an RFC 9162 log (section 2.1, SHA-256).
 *
 * @dev A node hash is SHA-256(0x01 ‖ left ‖ right), 65 bytes, computed by the precompile at address 2. The functions
 * walk from the bottom of the tree to its root in two stretches:
 *
 * - *inner*: below the node where the path of the proven leaf parts from that of the tree's last leaf. Here each level
 *   has a sibling, on the right where the path's bit is 0 and on the left where it is 1.
 * - *border*: above it, along the right edge of the tree. Only the levels with a path bit of 1 have a sibling, always
 *   on the left.
 *
 * So the sizes alone fix how many hashes a proof has. Nothing is computed unless it has exactly that many, and then
 * each of them is used. In the loops `path` has one bit for each hash: the leaf's own for the inner stretch, then ones
 * for the border.
 *
 * The loops hash in the scratch space, at 0x00 to 0x40: 0x01, left hash, right hash. The last byte is the highest of
 * the free memory pointer, which is always zero and is restored. Only the answer of the last precompile call is
 * checked: the gas that calls of one price can have only falls, so if any call lacks it the last one does, and a chain
 * without the precompile answers all of them with no data.
 *
 * A root hash does not bind the tree size: the same hashes can pass for other sizes of the same shape. Callers take
 * size and root from one authenticated tree head.
 *
 * Sizes and indexes are at most 2^63 - 1; the callers of this library enforce it by their types and checks.
 */
library MerkleProofs {
    /// @notice The SHA-256 precompile failed or returned something other than 32 bytes.
    error MerkleProofsSha256Unavailable();

    /**
     * @notice Whether `proof` shows that the tree of `treeSize` leaves with root hash `root` holds `leafHash` at
     * `leafIndex`.
     * @param leafHash SHA-256(0x00 ‖ entry)
     * @param leafIndex zero-based
     * @param treeSize number of leaves
     * @param proof sibling hashes, the leaf's own first (RFC 9162 section 2.1.3.1)
     * @param root root hash of those leaves
     */
    function verifyInclusion(
        bytes32 leafHash,
        uint256 leafIndex,
        uint256 treeSize,
        bytes32[] calldata proof,
        bytes32 root
    ) internal view returns (bool) {
        if (leafIndex >= treeSize) return false;
        uint256 inner = _bitLength(leafIndex ^ (treeSize - 1));
        if (proof.length != inner + _popCount(leafIndex >> inner)) return false;
        if (proof.length == 0) return leafHash == root;
        return _climb(leafHash, leafIndex | (type(uint256).max << inner), proof) == root;
    }

    /**
     * @notice Both root hashes that `proof` is about: that of the first `oldSize` leaves and that of all `newSize`.
     * @dev Where `oldSize` is a power of two the old tree is itself the first node of the walk: the proof omits it and
     * `oldRoot` takes its place, so that `computedOldRoot` equals `oldRoot`.
     * @param oldRoot root hash that the caller holds for `oldSize`
     * @param oldSize `0 < oldSize < newSize`
     * @param newSize number of leaves of the larger tree
     * @param proof node hashes (RFC 9162 section 2.1.4.1)
     * @return wantedLength number of hashes the proof between these sizes has
     * @return computedOldRoot recomputed root hash at `oldSize`; zero unless `proof.length == wantedLength`
     * @return computedNewRoot recomputed root hash at `newSize`; zero unless `proof.length == wantedLength`
     */
    function consistencyRoots(
        bytes32 oldRoot,
        uint256 oldSize,
        uint256 newSize,
        bytes32[] calldata proof
    ) internal view returns (uint256 wantedLength, bytes32 computedOldRoot, bytes32 computedNewRoot) {
        // The walk starts at the largest complete subtree that ends with the old tree's last leaf.
        uint256 startSize;
        uint256 path;
        (startSize, path, wantedLength) = _consistencyShape(oldSize, newSize);
        if (proof.length != wantedLength) return (wantedLength, 0, 0);
        (computedOldRoot, computedNewRoot) = oldSize == startSize
            ? _climbBoth(oldRoot, path, proof)
            : _climbBoth(proof[0], path, proof[1:]);
    }

    /// @dev For `0 < oldSize < newSize < 2^64`: the number of leaves below the node that the walk starts from, the path
    /// above it, and the number of hashes in the proof.
    function _consistencyShape(
        uint256 oldSize,
        uint256 newSize
    ) private pure returns (uint256 startSize, uint256 path, uint256 wantedLength) {
        // No step can wrap: oldSize > 0 has a lowest 1 bit, newSize > oldSize makes the paths of the two last leaves
        // part above the node that the walk starts from, and all counts are at most 64.
        unchecked {
            startSize = oldSize & (0 - oldSize);
            path = oldSize - 1;
            uint256 startLevel = _popCount(startSize - 1);
            uint256 split = _bitLength(path ^ (newSize - 1));
            wantedLength = split - startLevel + _popCount(path >> split);
            if (oldSize != startSize) ++wantedLength;
            path = (path | (type(uint256).max << split)) >> startLevel;
        }
    }

    /// @dev The root above the node `start`, given at least one sibling.
    function _climb(bytes32 start, uint256 path, bytes32[] calldata siblings) private view returns (bytes32 root) {
        uint256 answerSize;
        assembly ("memory-safe") {
            mstore8(0x00, 0x01)
            root := start
            let next := siblings.offset
            let end := add(next, shl(5, siblings.length))
            for {} lt(next, end) {} {
                switch and(path, 1)
                case 0 {
                    mstore(0x01, root)
                    mstore(0x21, calldataload(next))
                }
                default {
                    mstore(0x01, calldataload(next))
                    mstore(0x21, root)
                }
                pop(staticcall(gas(), 2, 0x00, 0x41, 0x21, 0x20))
                root := mload(0x21)
                path := shr(1, path)
                next := add(next, 0x20)
            }
            answerSize := returndatasize()
            mstore8(0x40, 0x00)
        }
        if (answerSize != 32) revert MerkleProofsSha256Unavailable();
    }

    /// @dev The two roots above the node `start`, which both trees share, given at least one sibling.
    function _climbBoth(
        bytes32 start,
        uint256 path,
        bytes32[] calldata siblings
    ) private view returns (bytes32 oldRoot, bytes32 newRoot) {
        uint256 answerSize;
        assembly ("memory-safe") {
            mstore8(0x00, 0x01)
            oldRoot := start
            newRoot := start
            let next := siblings.offset
            let end := add(next, shl(5, siblings.length))
            for {} lt(next, end) {} {
                switch and(path, 1)
                case 0 {
                    // To the right of the old tree's edge: only the new root covers it.
                    mstore(0x01, newRoot)
                    mstore(0x21, calldataload(next))
                }
                default {
                    mstore(0x01, calldataload(next))
                    mstore(0x21, oldRoot)
                    pop(staticcall(gas(), 2, 0x00, 0x41, 0x21, 0x20))
                    oldRoot := mload(0x21)
                    mstore(0x21, newRoot)
                }
                pop(staticcall(gas(), 2, 0x00, 0x41, 0x21, 0x20))
                newRoot := mload(0x21)
                path := shr(1, path)
                next := add(next, 0x20)
            }
            answerSize := returndatasize()
            mstore8(0x40, 0x00)
        }
        if (answerSize != 32) revert MerkleProofsSha256Unavailable();
    }

    /// @dev Number of bits up to the highest 1, for `x < 2^64`: sets every bit below the highest one, then counts.
    function _bitLength(uint256 x) private pure returns (uint256) {
        x |= x >> 1;
        x |= x >> 2;
        x |= x >> 4;
        x |= x >> 8;
        x |= x >> 16;
        x |= x >> 32;
        return _popCount(x);
    }

    /// @dev Number of 1 bits, for `x < 2^64`: sums of 2, 4 and 8 bits side by side, then the eight bytes added up.
    function _popCount(uint256 x) private pure returns (uint256) {
        // No step can overflow 256 bits or underflow: every partial sum fits the bits it replaces.
        unchecked {
            x -= (x >> 1) & 0x5555555555555555;
            x = (x & 0x3333333333333333) + ((x >> 2) & 0x3333333333333333);
            x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
            return ((x * 0x0101010101010101) >> 56) & 0xff;
        }
    }
}
