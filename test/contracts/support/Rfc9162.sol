// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {SyntheticLog} from "./SyntheticLog.sol";

/**
 * @title Rfc9162
 * @notice The verification algorithms of RFC 9162, step by step as printed in sections 2.1.3.2 and 2.1.4.2, without any
 * of the shortcuts of the library under test.
 */
library Rfc9162 {
    /// @notice Section 2.1.3.2 up to its last comparison: the root that the path leads to, zero if it does not fit.
    function inclusionRoot(
        bytes32 leafHash,
        uint64 leafIndex,
        uint64 treeSize,
        bytes32[] memory path
    ) internal pure returns (bytes32 r) {
        if (leafIndex >= treeSize) return 0;
        uint256 fn = leafIndex;
        uint256 sn = treeSize - 1;
        r = leafHash;
        for (uint256 i = 0; i < path.length; ++i) {
            if (sn == 0) return 0;
            r = fn % 2 == 1 || fn == sn ? SyntheticLog.nodeHash(path[i], r) : SyntheticLog.nodeHash(r, path[i]);
            (fn, sn) = _above(fn, sn);
        }
        if (sn != 0) return 0;
    }

    /// @notice How many steps section 2.1.3.2 takes until it is at the root.
    function inclusionLength(uint64 leafIndex, uint64 treeSize) internal pure returns (uint256 length) {
        uint256 fn = leafIndex;
        uint256 sn = treeSize - 1;
        for (; sn != 0; ++length) (fn, sn) = _above(fn, sn);
    }

    /// @notice Section 2.1.4.2, for `0 < first < second`.
    function verifyConsistency(
        uint64 first,
        bytes32 firstHash,
        uint64 second,
        bytes32 secondHash,
        bytes32[] memory path
    ) internal pure returns (bool) {
        (bytes32 fr, bytes32 sr) = consistencyRoots(first, firstHash, second, path);
        return fr == firstHash && sr == secondHash && sr != 0;
    }

    /// @notice Section 2.1.4.2 up to its last comparison: the two roots that the path leads to, zero if it does not fit.
    function consistencyRoots(
        uint64 first,
        bytes32 firstHash,
        uint64 second,
        bytes32[] memory path
    ) internal pure returns (bytes32 fr, bytes32 sr) {
        if (first & (first - 1) == 0) path = _prepend(firstHash, path);
        if (path.length == 0) return (0, 0);
        uint256 fn = first - 1;
        uint256 sn = second - 1;
        while (fn % 2 == 1) (fn, sn) = (fn >> 1, sn >> 1);
        (fr, sr) = (path[0], path[0]);
        for (uint256 i = 1; i < path.length; ++i) {
            if (sn == 0) return (0, 0);
            if (fn % 2 == 1 || fn == sn) {
                fr = SyntheticLog.nodeHash(path[i], fr);
                sr = SyntheticLog.nodeHash(path[i], sr);
            } else {
                sr = SyntheticLog.nodeHash(sr, path[i]);
            }
            (fn, sn) = _above(fn, sn);
        }
        if (sn != 0) return (0, 0);
    }

    /// @dev One level up, and on along the right edge to the next level with a sibling.
    function _above(uint256 fn, uint256 sn) private pure returns (uint256, uint256) {
        if (fn % 2 == 1 || fn == sn) while (fn % 2 == 0 && fn != 0) (fn, sn) = (fn >> 1, sn >> 1);
        return (fn >> 1, sn >> 1);
    }

    function _prepend(bytes32 first, bytes32[] memory list) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        longer[0] = first;
        for (uint256 i = 0; i < list.length; ++i) longer[i + 1] = list[i];
    }
}
