// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MerkleProofs} from "../../../contracts/libraries/MerkleProofs.sol";

/// @title MerkleProofsHarness
/// @notice Makes the library callable: one proof at a time, or many in one call for the exhaustive comparison.
contract MerkleProofsHarness {
    /// @notice One byte for each inclusion proof in `words`, 1 if it verifies. A proof is laid out as leaf hash, leaf index,
    /// tree size, root, number of hashes, hashes.
    function verifyInclusions(bytes32[] calldata words) external view returns (bytes memory verdicts) {
        while (words.length != 0) {
            (bytes32[] calldata proof, bytes32[] calldata rest) = _proofAfter(words, 4);
            verdicts = bytes.concat(verdicts, _verifyInclusion(words, proof) ? bytes1(0x01) : bytes1(0x00));
            words = rest;
        }
    }

    /// @notice One byte for each consistency proof in `words`, 1 if it verifies. A proof is laid out as old size, old root,
    /// new size, new root, number of hashes, hashes.
    function verifyConsistencies(bytes32[] calldata words) external view returns (bytes memory verdicts) {
        while (words.length != 0) {
            (bytes32[] calldata proof, bytes32[] calldata rest) = _proofAfter(words, 4);
            verdicts = bytes.concat(verdicts, _verifyConsistency(words, proof) ? bytes1(0x01) : bytes1(0x00));
            words = rest;
        }
    }

    /// @notice {MerkleProofs-verifyInclusion}.
    function verifyInclusion(
        bytes32 leafHash,
        uint64 leafIndex,
        uint64 treeSize,
        bytes32[] calldata proof,
        bytes32 root
    ) external view returns (bool) {
        return MerkleProofs.verifyInclusion(leafHash, leafIndex, treeSize, proof, root);
    }

    /// @notice {MerkleProofs-consistencyRoots}.
    function consistencyRoots(
        bytes32 oldRoot,
        uint64 oldSize,
        uint64 newSize,
        bytes32[] calldata proof
    ) external view returns (uint256 wantedLength, bytes32 computedOldRoot, bytes32 computedNewRoot) {
        return MerkleProofs.consistencyRoots(oldRoot, oldSize, newSize, proof);
    }

    /// @notice The free memory pointer and the word after the scratch space, before and after both functions ran.
    function memoryAround(
        bytes32 hash,
        bytes32[] calldata inclusionProof,
        bytes32[] calldata consistencyProof
    ) external view returns (bytes memory before, bytes memory afterwards) {
        before = _reservedMemory();
        MerkleProofs.verifyInclusion(hash, 0, 2, inclusionProof, hash);
        MerkleProofs.consistencyRoots(hash, 1, 2, consistencyProof);
        afterwards = _reservedMemory();
    }

    function _reservedMemory() private pure returns (bytes memory) {
        uint256 highestByte;
        uint256 zeroSlot;
        assembly ("memory-safe") {
            highestByte := byte(0, mload(0x40))
            zeroSlot := mload(0x60)
        }
        return abi.encode(highestByte, zeroSlot);
    }

    function _proofAfter(
        bytes32[] calldata words,
        uint256 position
    ) private pure returns (bytes32[] calldata proof, bytes32[] calldata rest) {
        uint256 end = position + 1 + uint256(words[position]);
        return (words[position + 1:end], words[end:]);
    }

    function _verifyInclusion(bytes32[] calldata words, bytes32[] calldata proof) private view returns (bool) {
        return MerkleProofs.verifyInclusion(words[0], uint256(words[1]), uint256(words[2]), proof, words[3]);
    }

    function _verifyConsistency(bytes32[] calldata words, bytes32[] calldata proof) private view returns (bool) {
        (uint256 oldSize, uint256 newSize) = (uint256(words[0]), uint256(words[2]));
        if (oldSize == 0 || oldSize >= newSize) return false;
        (uint256 wantedLength, bytes32 oldRoot, bytes32 newRoot) = MerkleProofs.consistencyRoots(
            words[1],
            oldSize,
            newSize,
            proof
        );
        return proof.length == wantedLength && oldRoot == words[1] && newRoot == words[3];
    }
}
