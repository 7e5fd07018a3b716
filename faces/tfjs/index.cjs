// face-api asks for all of tfjs (290 MB). Its core is enough, once tensors have the operations as methods that face-api calls.
const tf = require("@tensorflow/tfjs-core");

const METHODS = {
  as1D: (tensor) => tf.reshape(tensor, [tensor.size]),
  as2D: (tensor, ...shape) => tf.reshape(tensor, shape),
  as3D: (tensor, ...shape) => tf.reshape(tensor, shape),
  as4D: (tensor, ...shape) => tf.reshape(tensor, shape),
  toFloat: (tensor) => tf.cast(tensor, "float32"),
  toInt: (tensor) => tf.cast(tensor, "int32"),
};
for (const name of ["add", "argMax", "div", "expandDims", "mean", "mul", "reshape", "sub", "transpose"])
  METHODS[name] = tf[name];

for (const [name, act] of Object.entries(METHODS))
  tf.Tensor.prototype[name] ??= function (...rest) {
    return act(this, ...rest);
  };

module.exports = tf;
