// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {AnchorHandler} from "./support/AnchorHandler.sol";

/// @notice What holds after any sequence of calls by any holders of keys. {AnchorHandler} makes the calls.
contract CheckpointAnchorInvariants {
    AnchorHandler private _handler;

    function setUp() public {
        _handler = new AnchorHandler();
    }

    /// @notice Only the handler is called at random, never the anchor itself.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_B23_theSizeStrictlyGrows() public view {
        require(_handler.seen().sizesNotGrown == 0, "a head was replaced by one that is not larger");
        for (uint256 i = 1; i < _handler.anchorCount(); ++i) {
            require(_handler.sizes(i) > _handler.sizes(i - 1), "the anchored sizes do not rise");
        }
    }

    function invariant_B23_aSizeNeverGetsTwoRoots() public view {
        require(_handler.seen().secondRoots == 0, "a size was given a second root");
        AnchorHandler.State memory present = _handler.state();
        if (present.size != 0) require(_handler.rootOf(present.size) == present.root, "the head has another root");
    }

    function invariant_B23_onlyRoleHoldersAnchorAndClose() public view {
        require(_handler.seen().anchoredWithoutRole == 0, "an account without the role has anchored");
        require(_handler.seen().closedWithoutRole == 0, "an account without the role has closed the log");
    }

    function invariant_B23_eventsEqualState() public view {
        require(_handler.seen().eventsAmiss == 0, "the events do not tell what has changed");
        require(_handler.seen().timesAmiss == 0, "the head's time is not that of its anchor");
        uint256 count = _handler.anchorCount();
        if (count == 0) require(_handler.headSize() == 0, "a head without an event");
        else require(_handler.sizes(count - 1) == _handler.headSize(), "the head is not that of the last event");
    }

    function invariant_B23_closedMeansUnchanged() public view {
        require(_handler.seen().changedWhenClosed == 0, "a closed log has changed");
        require(_handler.seen().closings <= 1, "a log was closed twice");
        require((_handler.seen().closings == 1) == _handler.target().isClosed(), "closed without having been closed");
    }

    function invariant_B23_nothingUnprovenPasses() public view {
        require(_handler.seen().spoiltAccepted == 0, "a head was anchored without a proof for it");
        require(_handler.seen().grownTooFar == 0, "an anchor was larger than the limit");
    }

    function invariant_B23_honestExtensionsPass() public view {
        require(_handler.seen().honestRefused == 0, "an honest extension was refused");
    }

    /// @notice The invariants would mean nothing if the calls never got far: each kind of outcome can be reached.
    function test_handler_reachesEveryOutcome() public {
        bytes32[] memory proof = new bytes32[](1);
        for (uint256 i = 0; i < 4; ++i) {
            _handler.extend(i, 500 + i, bytes32(i));
            _handler.spoil(0, 1000, i, 7, bytes32(i + 1));
        }
        _handler.repeatHead(0, new bytes32[](0));
        _handler.repeatHead(0, proof);
        _handler.rewind(0, 3, bytes32(uint256(1)), proof);
        _handler.invent(0, type(uint64).max, bytes32(uint256(1)), proof);
        _handler.rewrite(0, 1000, 0, bytes32(uint256(1)));
        _handler.leap(0, 5, bytes32(uint256(1)));
        _handler.setRole(2, true, true);
        _handler.extend(2, 9, bytes32(uint256(9)));
        _handler.wait(60);
        _handler.close(1, 16);
        _handler.extend(0, 10, bytes32(uint256(10)));
        AnchorHandler.Seen memory seen = _handler.seen();
        require(seen.anchored == 2, "extensions by the anchorer and by the new holder of the role");
        require(seen.repeated == 2 && seen.closings == 1, "two repeated heads, one closing");
        require(seen.refused == 13, "all others refused");
    }
}
