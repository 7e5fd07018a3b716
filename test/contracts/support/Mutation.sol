// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/**
 * @title Mutation
 * @notice Ways to spoil a proof. Each returns something that differs from the original, or says that it cannot.
 */
library Mutation {
    /// @notice How many kinds {ofProof} knows.
    uint256 internal constant KINDS = 5;

    /// @notice The kind that puts `noise` in the place of one hash.
    uint256 internal constant REPLACE = 3;

    /// @notice A spoilt copy: a bit flipped, a hash dropped, inserted, or replaced, or two exchanged.
    function ofProof(
        bytes32[] memory proof,
        uint256 kind,
        uint256 where,
        bytes32 noise
    ) internal pure returns (bytes32[] memory spoilt, bool isSpoilt) {
        kind %= KINDS;
        if (kind == 0) return (_insert(proof, where % (proof.length + 1), noise), true);
        if (proof.length == 0) return (proof, false);
        uint256 position = where % proof.length;
        if (kind == 1) return (_drop(proof, position), true);
        spoilt = _copy(proof);
        if (kind == 2) spoilt[position] = flipBit(proof[position], uint256(noise));
        else if (kind == REPLACE) spoilt[position] = noise;
        else (spoilt[0], spoilt[position]) = (spoilt[position], spoilt[0]);
        isSpoilt = spoilt[position] != proof[position];
    }

    /// @notice The hash with one bit flipped.
    function flipBit(bytes32 hash, uint256 bit) internal pure returns (bytes32) {
        return hash ^ bytes32(uint256(1) << (bit % 256));
    }

    function _copy(bytes32[] memory list) private pure returns (bytes32[] memory copied) {
        copied = new bytes32[](list.length);
        for (uint256 i = 0; i < list.length; ++i) copied[i] = list[i];
    }

    function _insert(
        bytes32[] memory list,
        uint256 position,
        bytes32 element
    ) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < position; ++i) longer[i] = list[i];
        longer[position] = element;
        for (uint256 i = position; i < list.length; ++i) longer[i + 1] = list[i];
    }

    function _drop(bytes32[] memory list, uint256 position) private pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](list.length - 1);
        for (uint256 i = 0; i < shorter.length; ++i) shorter[i] = list[i < position ? i : i + 1];
    }
}
