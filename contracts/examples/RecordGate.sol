// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ICheckpointAnchor} from "../interfaces/ICheckpointAnchor.sol";

/**
 * @title RecordGate
 * @notice An example of a contract that makes a record a condition: something happens once, and only once, for each record
 * of one source that is in the log. A city could release a payment for each reading of a contractor's station this way.
 *
 * @dev The caller provides the log's entry and the proof that `GET /v1/records/{id}/contract-proof` gives. A proof holds
 * against the head that the log's contract has at that moment, so it is fetched right before the transaction is sent, and
 * a transaction that is overtaken by an anchor is sent again with a fresh proof.
 *
 * What an entry says is fixed by the log's format: version, kind, source id, sequence number and the hash of the body. The
 * body itself is not on the chain; a contract that needs to know what a record says takes the body as an argument and
 * compares its hash.
 */
contract RecordGate {
    /**
     * @notice The record with that sequence number was admitted.
     * @param seq sequence number of the record
     * @param leafIndex its zero-based index in the log
     */
    event Admitted(uint64 indexed seq, uint64 leafIndex);

    /// @notice The bytes are not the entry of a record of the source.
    error NotARecordOfSource(bytes32 source);

    /// @notice The entry is not in the log, or the proof is not against the log's present head.
    error NotInLog(uint64 leafIndex);

    /// @notice The record with that sequence number was admitted before.
    error AdmittedBefore(uint64 seq);

    uint256 private constant ENTRY_BYTES = 79;
    uint8 private constant ENTRY_VERSION = 1;
    uint8 private constant KIND_RECORD = 1;

    /// @notice The contract that holds the log's head.
    ICheckpointAnchor public immutable log;

    /// @notice SHA-256(origin ‖ LF ‖ name of the source).
    bytes32 public immutable source;

    /// @notice Whether the record with a sequence number was admitted.
    mapping(uint64 seq => bool) public isAdmitted;

    constructor(ICheckpointAnchor log_, bytes32 source_) {
        log = log_;
        source = source_;
    }

    /**
     * @notice Admits a record of the source that is in the log.
     * @param entry the log's entry, 79 bytes
     * @param leafIndex zero-based index of the entry in the log
     * @param inclusionProof RFC 9162 proof against the present head of the log
     */
    function admit(bytes calldata entry, uint64 leafIndex, bytes32[] calldata inclusionProof) external {
        if (
            entry.length != ENTRY_BYTES ||
            uint8(entry[0]) != ENTRY_VERSION ||
            uint8(entry[1]) != KIND_RECORD ||
            bytes32(entry[2:34]) != source
        ) revert NotARecordOfSource(source);
        uint64 seq = uint64(bytes8(entry[34:42]));
        if (isAdmitted[seq]) revert AdmittedBefore(seq);
        bytes32 leafHash = sha256(abi.encodePacked(bytes1(0), entry));
        if (!log.verifyInclusion(leafHash, leafIndex, inclusionProof)) revert NotInLog(leafIndex);
        isAdmitted[seq] = true;
        emit Admitted(seq, leafIndex);
    }
}
