/* eslint-disable @typescript-eslint/no-unused-vars -- Clef calls these functions by their names */
// What Clef signs without asking anybody: calls of `anchor` at one contract, with no ether. Everything else is refused.
// Put the address of your contract here, in lower case, then `clef attest` the SHA-256 of this file.
var CONTRACT = "0x0000000000000000000000000000000000000000";
var ANCHOR = "0x9e1515d2"; // anchor(uint64,bytes32,bytes32[])

function ApproveTx(request) {
  var transaction = request.transaction;
  var to = String(transaction.to).toLowerCase();
  var data = String(transaction.data || transaction.input);
  if (to === CONTRACT && data.indexOf(ANCHOR) === 0 && transaction.value === "0x0") return "Approve";
  return "Reject";
}

function ApproveListing() {
  return "Reject";
}

function ApproveSignData() {
  return "Reject";
}

function OnSignerStartup() {}
