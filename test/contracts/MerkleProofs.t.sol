// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MerkleProofs} from "../../contracts/libraries/MerkleProofs.sol";
import {MerkleProofsHarness} from "./support/MerkleProofsHarness.sol";
import {Mutation} from "./support/Mutation.sol";
import {Rfc9162} from "./support/Rfc9162.sol";
import {SyntheticLog} from "./support/SyntheticLog.sol";
import {VM} from "./support/Vm.sol";

/// @notice The proof library at any size up to 2^63 - 1, against the algorithms as the RFC prints them.
contract MerkleProofsTest {
    using SyntheticLog for SyntheticLog.Log;

    bytes32 private constant LEAF_HASH = keccak256("leaf");
    uint64 private constant MAX_SIZE = uint64(type(int64).max);

    MerkleProofsHarness private _harness;
    /// @dev Stays empty: every hash is made up from the seed of the test.
    SyntheticLog.Log private _log;

    function setUp() public {
        _harness = new MerkleProofsHarness();
    }

    function testFuzz_verifyInclusion_acceptsTheProofOfEveryLeaf(uint64 size, uint64 index, bytes32 seed) public view {
        (index, size) = _leafIn(index, size);
        (bytes32 leafHash, bytes32[] memory proof, bytes32 root) = _log.inclusion(seed, index, size);
        require(Rfc9162.inclusionRoot(leafHash, index, size, proof) == root, "the reference refuses");
        require(_harness.verifyInclusion(leafHash, index, size, proof, root), "an honest proof is refused");
    }

    function testFuzz_verifyInclusion_refusesASpoiltProof(
        uint64 size,
        uint64 index,
        bytes32 seed,
        uint256 kind,
        uint256 where,
        bytes32 noise
    ) public view {
        (index, size) = _leafIn(index, size);
        (bytes32 leafHash, bytes32[] memory proof, bytes32 root) = _log.inclusion(seed, index, size);
        (bytes32[] memory spoilt, bool isSpoilt) = Mutation.ofProof(proof, kind, where, noise);
        if (isSpoilt) require(!_harness.verifyInclusion(leafHash, index, size, spoilt, root), "a spoilt proof passes");
        require(
            !_harness.verifyInclusion(Mutation.flipBit(leafHash, where), index, size, proof, root),
            "another leaf passes"
        );
        require(
            !_harness.verifyInclusion(leafHash, index, size, proof, Mutation.flipBit(root, where)),
            "another root passes"
        );
        uint64 otherIndex = uint64(where % size);
        if (otherIndex != index)
            require(!_harness.verifyInclusion(leafHash, otherIndex, size, proof, root), "another index passes");
    }

    function testFuzz_verifyInclusion_agreesWithTheRfcOnAnySizes(
        uint64 size,
        uint64 index,
        bytes32[] memory proof
    ) public view {
        (index, size) = _leafIn(index, size);
        bytes32 root = Rfc9162.inclusionRoot(LEAF_HASH, index, size, proof);
        require(_harness.verifyInclusion(LEAF_HASH, index, size, proof, root) == (root != 0), "not as the RFC");
        proof = _resized(proof, Rfc9162.inclusionLength(index, size));
        root = Rfc9162.inclusionRoot(LEAF_HASH, index, size, proof);
        require(root != 0 && _harness.verifyInclusion(LEAF_HASH, index, size, proof, root), "not as the RFC");
    }

    function testFuzz_consistencyRoots_acceptsTheProofBetweenAnySizes(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldSeed,
        bytes32 newSeed
    ) public {
        (oldSize, newSize) = _growth(oldSize, newSize);
        bytes32 oldRoot = _growTo(oldSeed, oldSize);
        (bytes32 newRoot, bytes32[] memory proof) = _log.extension(newSeed, newSize);
        require(Rfc9162.verifyConsistency(oldSize, oldRoot, newSize, newRoot, proof), "the reference refuses");
        require(_extends(oldRoot, oldSize, newRoot, newSize, proof), "an honest proof is refused");
    }

    function testFuzz_consistencyRoots_refusesASpoiltProof(
        uint64 oldSize,
        uint64 newSize,
        bytes32 seed,
        uint256 kind,
        uint256 where,
        bytes32 noise
    ) public {
        (oldSize, newSize) = _growth(oldSize, newSize);
        bytes32 oldRoot = _growTo(seed, oldSize);
        (bytes32 newRoot, bytes32[] memory proof) = _log.extension(seed, newSize);
        (bytes32[] memory spoilt, bool isSpoilt) = Mutation.ofProof(proof, kind, where, noise);
        if (isSpoilt) require(!_extends(oldRoot, oldSize, newRoot, newSize, spoilt), "a spoilt proof passes");
        bytes32 otherRoot = Mutation.flipBit(oldRoot, where);
        require(!_extends(otherRoot, oldSize, newRoot, newSize, proof), "another old root passes");
        otherRoot = Mutation.flipBit(newRoot, where);
        require(!_extends(oldRoot, oldSize, otherRoot, newSize, proof), "another new root passes");
    }

    function testFuzz_consistencyRoots_agreesWithTheRfcOnAnySizes(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32[] memory proof
    ) public view {
        (oldSize, newSize) = _growth(oldSize, newSize);
        uint256 wantedLength = _requireAsTheRfc(oldRoot, oldSize, newSize, proof);
        proof = _resized(proof, wantedLength);
        require(_requireAsTheRfc(oldRoot, oldSize, newSize, proof) == proof.length, "the length depends on the proof");
    }

    function test_verifyInclusion_failsWithoutTheSha256Precompile() public {
        bytes32[] memory proof = new bytes32[](1);
        VM.mockCall(address(2), "", "");
        VM.expectRevert(abi.encodeWithSelector(MerkleProofs.MerkleProofsSha256Unavailable.selector));
        _harness.verifyInclusion(0, 0, 2, proof, 0);
    }

    function test_verifyInclusion_failsIfTheSha256PrecompileFails() public {
        bytes32[] memory proof = new bytes32[](1);
        VM.mockCallRevert(address(2), "", "");
        VM.expectRevert(abi.encodeWithSelector(MerkleProofs.MerkleProofsSha256Unavailable.selector));
        _harness.verifyInclusion(0, 0, 2, proof, 0);
    }

    function test_consistencyRoots_failsWithoutTheSha256Precompile() public {
        bytes32[] memory proof = new bytes32[](1);
        VM.mockCall(address(2), "", "");
        VM.expectRevert(abi.encodeWithSelector(MerkleProofs.MerkleProofsSha256Unavailable.selector));
        _harness.consistencyRoots(0, 1, 2, proof);
    }

    function test_consistencyRoots_failsIfTheSha256PrecompileFails() public {
        bytes32[] memory proof = new bytes32[](1);
        VM.mockCallRevert(address(2), "", "");
        VM.expectRevert(abi.encodeWithSelector(MerkleProofs.MerkleProofsSha256Unavailable.selector));
        _harness.consistencyRoots(0, 1, 2, proof);
    }

    function testFuzz_bothFunctions_leaveReservedMemoryAsItWas(bytes32 hash, bytes32 sibling) public view {
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = sibling;
        (bytes memory before, bytes memory afterwards) = _harness.memoryAround(hash, proof, proof);
        require(keccak256(before) == keccak256(afterwards), "reserved memory has changed");
    }

    function _requireAsTheRfc(
        bytes32 oldRoot,
        uint64 oldSize,
        uint64 newSize,
        bytes32[] memory proof
    ) private view returns (uint256 wantedLength) {
        (bytes32 wantedOld, bytes32 wantedNew) = Rfc9162.consistencyRoots(oldSize, oldRoot, newSize, proof);
        bytes32 computedOld;
        bytes32 computedNew;
        (wantedLength, computedOld, computedNew) = _harness.consistencyRoots(oldRoot, oldSize, newSize, proof);
        require(computedOld == wantedOld && computedNew == wantedNew, "not the roots of the RFC");
        require((proof.length == wantedLength) == (wantedNew != 0), "not the length of the RFC");
    }

    function _extends(
        bytes32 oldRoot,
        uint64 oldSize,
        bytes32 newRoot,
        uint64 newSize,
        bytes32[] memory proof
    ) private view returns (bool) {
        (uint256 wantedLength, bytes32 computedOld, bytes32 computedNew) = _harness.consistencyRoots(
            oldRoot,
            oldSize,
            newSize,
            proof
        );
        return proof.length == wantedLength && computedOld == oldRoot && computedNew == newRoot;
    }

    function _growTo(bytes32 seed, uint64 size) private returns (bytes32 root) {
        (root, ) = _log.extension(seed, size);
        _log.grow(seed, size);
    }

    function _leafIn(uint64 index, uint64 size) private pure returns (uint64, uint64) {
        size = 1 + (size % MAX_SIZE);
        return (index % size, size);
    }

    function _growth(uint64 oldSize, uint64 newSize) private pure returns (uint64, uint64) {
        oldSize = 1 + (oldSize % (MAX_SIZE - 1));
        return (oldSize, oldSize + 1 + (newSize % (MAX_SIZE - oldSize)));
    }

    function _resized(bytes32[] memory proof, uint256 length) private pure returns (bytes32[] memory resized) {
        resized = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) resized[i] = i < proof.length ? proof[i] : sha256(abi.encode(i));
    }
}
