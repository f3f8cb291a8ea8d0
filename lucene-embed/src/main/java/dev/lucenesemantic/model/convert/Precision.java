package dev.lucenesemantic.model.convert;

/** In which numbers the weights of a converted model are. */
public enum Precision {
  /** 32-bit floating point, whose results are Python's. */
  FP32,
  /**
   * 8-bit integers for word embeddings and for the products of matrices, whose other side is
   * quantised as it comes: a quarter of the size, faster, and near to Python's results. The weights
   * of products use 7 bits, so that sums of products overflow on no processor and a vector is the
   * same on each.
   */
  INT8
}
