// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

/// @title Vm
/// @notice The cheatcodes that these tests use. Hardhat answers them at the address {VM}.
interface Vm {
    /// @notice One recorded event: its topics, its data and the contract that emitted it.
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    /// @notice The next call comes from `sender`.
    function prank(address sender) external;

    /// @notice The block time is `timestamp` from now on.
    function warp(uint256 timestamp) external;

    /// @notice The next call must revert with exactly this data.
    function expectRevert(bytes calldata revertData) external;

    /// @notice Starts to record events.
    function recordLogs() external;

    /// @notice The events since {recordLogs} or since the last call of this function.
    function getRecordedLogs() external returns (Log[] memory logs);

    /// @notice Calls to `callee` whose data starts with `data` return `returnData`.
    function mockCall(address callee, bytes calldata data, bytes calldata returnData) external;

    /// @notice Calls to `callee` whose data starts with `data` revert.
    function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;
}

Vm constant VM = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
