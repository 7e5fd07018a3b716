// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/**
 * @title SyntheticLog
 * @notice A log of any size whose leaves nobody computes: complete subtrees that no proof has to open get a made-up hash,
 * and all nodes above them are real. Roots and proofs follow the recursive definitions of RFC 9162 section 2.1.
 * @dev `known` holds the complete subtrees of the present size, so that a later, larger tree contains the same nodes.
 */
library SyntheticLog {
    /// @notice The log: its size and the hashes of its complete subtrees by first leaf and by the leaf after the last.
    struct Log {
        uint64 size;
        mapping(uint256 start => mapping(uint256 end => bytes32 hash)) known;
    }

    /// @notice Where made-up hashes come from, and the boundary between leaves that subtrees must be opened at.
    struct Making {
        bytes32 seed;
        uint256 boundary;
        uint256 otherBoundary;
    }

    /// @notice Root at `newSize` if the leaves after the present size come from `seed`, and the proof that leads there.
    function extension(
        Log storage log,
        bytes32 seed,
        uint64 newSize
    ) internal view returns (bytes32 root, bytes32[] memory proof) {
        Making memory making = Making(seed, log.size, log.size);
        root = rangeHash(log, making, 0, newSize);
        if (log.size != 0) proof = _subProof(log, making, log.size, 0, newSize, true);
    }

    /// @notice Lets the log grow to `newSize` with leaves from `seed`.
    function grow(Log storage log, bytes32 seed, uint64 newSize) internal {
        Making memory making = Making(seed, log.size, log.size);
        uint256 start = 0;
        while (start < newSize) {
            uint256 end = start + _largestPowerOfTwo(newSize - start);
            log.known[start][end] = rangeHash(log, making, start, end);
            start = end;
        }
        log.size = newSize;
    }

    /// @notice Leaf hash, path and root of the leaf at `index` in a log of `size` leaves from `seed`.
    function inclusion(
        Log storage log,
        bytes32 seed,
        uint64 index,
        uint64 size
    ) internal view returns (bytes32 leafHash, bytes32[] memory proof, bytes32 root) {
        Making memory making = Making(seed, index, uint256(index) + 1);
        leafHash = rangeHash(log, making, index, uint256(index) + 1);
        proof = _path(log, making, index, 0, size);
        root = rangeHash(log, making, 0, size);
    }

    /// @notice MTH(D[start:end])
    function rangeHash(
        Log storage log,
        Making memory making,
        uint256 start,
        uint256 end
    ) internal view returns (bytes32) {
        bytes32 known = log.known[start][end];
        if (known != 0) return known;
        uint256 size = end - start;
        if (_largestPowerOfTwo(size) == size && !_isOpened(making, start, end)) {
            return sha256(abi.encode(making.seed, start, end));
        }
        uint256 middle = start + splitPoint(size);
        return nodeHash(rangeHash(log, making, start, middle), rangeHash(log, making, middle, end));
    }

    /// @notice HASH(0x01 || left || right)
    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @notice The largest power of two smaller than `size`; `size > 1`.
    function splitPoint(uint256 size) internal pure returns (uint256) {
        return _largestPowerOfTwo(size - 1);
    }

    function _path(
        Log storage log,
        Making memory making,
        uint256 index,
        uint256 start,
        uint256 end
    ) private view returns (bytes32[] memory) {
        if (end - start == 1) return new bytes32[](0);
        uint256 middle = start + splitPoint(end - start);
        return
            index < middle
                ? _append(_path(log, making, index, start, middle), rangeHash(log, making, middle, end))
                : _append(_path(log, making, index, middle, end), rangeHash(log, making, start, middle));
    }

    function _subProof(
        Log storage log,
        Making memory making,
        uint256 m,
        uint256 start,
        uint256 end,
        bool isComplete
    ) private view returns (bytes32[] memory) {
        if (m == end - start) {
            return isComplete ? new bytes32[](0) : _append(new bytes32[](0), rangeHash(log, making, start, end));
        }
        uint256 k = splitPoint(end - start);
        uint256 middle = start + k;
        return
            m <= k
                ? _append(_subProof(log, making, m, start, middle, isComplete), rangeHash(log, making, middle, end))
                : _append(_subProof(log, making, m - k, middle, end, false), rangeHash(log, making, start, middle));
    }

    function _append(bytes32[] memory list, bytes32 last) private pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = last;
    }

    function _isOpened(Making memory making, uint256 start, uint256 end) private pure returns (bool) {
        return
            (start < making.boundary && making.boundary < end) ||
            (start < making.otherBoundary && making.otherBoundary < end);
    }

    /// @dev The largest power of two not above `x`; `x > 0`.
    function _largestPowerOfTwo(uint256 x) private pure returns (uint256 power) {
        power = 1;
        while (power * 2 <= x) power *= 2;
    }
}
