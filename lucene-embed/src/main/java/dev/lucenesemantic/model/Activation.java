package dev.lucenesemantic.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What a cross-encoder's scores or the results of a dense layer go through, as the modules of the
 * same names in {@code torch.nn} do it with their default arguments. Each works on the scores of
 * one pair, or on one vector, alone.
 */
public enum Activation {
  /** The scores as they are. */
  IDENTITY("Identity"),
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID("Sigmoid"),
  /** {@code log(sigmoid(x))}. */
  LOG_SIGMOID("LogSigmoid"),
  /** {@code exp(x)}, divided by its sum over the labels. */
  SOFTMAX("Softmax"),
  /** The logarithm of {@link #SOFTMAX}. */
  LOG_SOFTMAX("LogSoftmax"),
  /** {@link #SOFTMAX} of {@code -x}. */
  SOFTMIN("Softmin"),
  /** The hyperbolic tangent. */
  TANH("Tanh"),
  /** {@code max(0, x)}. */
  RELU("ReLU"),
  /** {@code min(max(0, x), 6)}. */
  RELU6("ReLU6"),
  /** {@code x}, or {@code 0.01 x} where it is negative. */
  LEAKY_RELU("LeakyReLU"),
  /** {@code x}, or {@code exp(x) - 1} where it is negative. */
  ELU("ELU"),
  /** {@link #ELU}, stretched so that variances stay what they are. */
  SELU("SELU"),
  /** {@link #ELU} in its continuous form, which is the same with the default argument. */
  CELU("CELU"),
  /** {@code x}, weighted by the share of a normal distribution below it. */
  GELU("GELU"),
  /** {@code x * tanh(log(1 + exp(x)))}. */
  MISH("Mish"),
  /** {@code x * sigmoid(x)}. */
  SILU("SiLU"),
  /** {@code log(1 + exp(x))}. */
  SOFTPLUS("Softplus"),
  /** {@code x / (1 + |x|)}. */
  SOFTSIGN("Softsign"),
  /** {@code min(max(-1, x), 1)}. */
  HARDTANH("Hardtanh"),
  /** {@code min(max(0, x / 6 + 1 / 2), 1)}. */
  HARDSIGMOID("Hardsigmoid"),
  /** {@code x} times {@link #HARDSIGMOID}. */
  HARDSWISH("Hardswish"),
  /** {@code x - tanh(x)}. */
  TANHSHRINK("Tanhshrink"),
  /** {@code x}, or 0 where it is between -0.5 and 0.5. */
  HARDSHRINK("Hardshrink"),
  /** {@code x}, nearer to 0 by 0.5. */
  SOFTSHRINK("Softshrink"),
  /** {@code x}, or {@code 11/48 x} where it is negative: the mean of what it is in training. */
  RRELU("RReLU"),
  /**
   * {@code x}, or {@code 0.25 x} where it is negative. A dense layer has learned another factor:
   * see {@link #apply(float[], float[])}.
   */
  PRELU("PReLU");

  /** The packages of torch in which the modules can be found. */
  private static final List<String> PACKAGES =
      List.of(
          "torch.nn.modules.activation.",
          "torch.nn.modules.linear.",
          "torch.nn.modules.",
          "torch.nn.");

  private static final double SHRINK = 0.5;

  /** The mean of 1/8 and 1/3. */
  private static final double RRELU_SLOPE = 11.0 / 48;

  private static final double PRELU_SLOPE = 0.25;

  private static final double SELU_ALPHA = 1.6732632423543772;
  private static final double SELU_SCALE = 1.0507009873554805;

  private final String torchName;

  Activation(String torchName) {
    this.torchName = torchName;
  }

  /**
   * Finds an activation by the name that a configuration gives it.
   *
   * @param path for example {@code torch.nn.modules.activation.Sigmoid}
   * @return the activation; empty if there is none of that name
   */
  public static Optional<Activation> ofTorchPath(String path) {
    for (String prefix : PACKAGES) {
      for (Activation activation : values()) {
        if (path.equals(prefix + activation.torchName)) {
          return Optional.of(activation);
        }
      }
    }
    return Optional.empty();
  }

  /** Whether each number is changed without regard to the others. */
  boolean worksOnSingleNumbers() {
    return this != SOFTMAX && this != LOG_SOFTMAX && this != SOFTMIN;
  }

  /** The names in {@code torch.nn}, for messages. */
  static String torchNames() {
    StringJoiner names = new StringJoiner(", ");
    for (Activation activation : values()) {
      names.add(activation.torchName);
    }
    return names.toString();
  }

  /**
   * Applies it to the scores of one pair, or to a vector, in place.
   *
   * @param scores one per label or component
   */
  public void apply(float[] scores) {
    switch (this) {
      case IDENTITY -> {}
      case SOFTMAX -> softmax(scores, 1);
      case SOFTMIN -> softmax(scores, -1);
      case LOG_SOFTMAX -> logSoftmax(scores);
      default -> {
        for (int i = 0; i < scores.length; i++) {
          scores[i] = (float) of(scores[i]);
        }
      }
    }
  }

  /**
   * Applies it with the weights that it has learned, in place.
   *
   * @param scores one per component
   * @param weights those of {@link #PRELU}, of which there is one; none for any other
   */
  public void apply(float[] scores, float[] weights) {
    if (weights.length == 0) {
      apply(scores);
      return;
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = scores[i] > 0 ? scores[i] : weights[0] * scores[i];
    }
  }

  private double of(double x) {
    return switch (this) {
      case SIGMOID -> sigmoid(x);
      case LOG_SIGMOID -> Math.min(0, x) - Math.log1p(Math.exp(-Math.abs(x)));
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(0, x);
      case RELU6 -> Math.min(Math.max(0, x), 6);
      case LEAKY_RELU -> x > 0 ? x : 0.01 * x;
      case ELU -> x > 0 ? x : Math.expm1(x);
      case SELU -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x));
      case CELU -> x > 0 ? x : Math.expm1(x);
      case GELU -> x * normalBelow(x);
      case MISH -> x * Math.tanh(softplus(x));
      case HARDSWISH -> x * Math.min(Math.max(0, x / 6 + 0.5), 1);
      case TANHSHRINK -> x - Math.tanh(x);
      case HARDSHRINK -> Math.abs(x) > SHRINK ? x : 0;
      case SOFTSHRINK -> Math.signum(x) * Math.max(0, Math.abs(x) - SHRINK);
      case RRELU -> x > 0 ? x : RRELU_SLOPE * x;
      case PRELU -> x > 0 ? x : PRELU_SLOPE * x;
      case SILU -> x * sigmoid(x);
      case SOFTPLUS -> softplus(x);
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case HARDTANH -> Math.min(Math.max(-1, x), 1);
      case HARDSIGMOID -> Math.min(Math.max(0, x / 6 + 0.5), 1);
      case IDENTITY, SOFTMAX, LOG_SOFTMAX, SOFTMIN ->
          throw new IllegalStateException(this + " is not defined for one number");
    };
  }

  /** Above 20 torch takes the argument itself. */
  private static double softplus(double x) {
    return x > 20 ? x : Math.log1p(Math.exp(x));
  }

  /**
   * The distribution function of the normal distribution, by the rational approximation 26.2.17 of
   * Abramowitz and Stegun, <i>Handbook of Mathematical Functions</i>, which is off by 7.5e-8 at
   * most.
   */
  private static double normalBelow(double x) {
    double z = Math.abs(x);
    double t = 1 / (1 + 0.2316419 * z);
    double series =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    double above = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * series;
    return x > 0 ? 1 - above : above;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static void softmax(float[] scores, int sign) {
    double max = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, sign * (double) score);
    }
    double[] powers = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      powers[i] = Math.exp(sign * (double) scores[i] - max);
    }
    double sum = Arrays.stream(powers).sum();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (powers[i] / sum);
    }
  }

  private static void logSoftmax(float[] scores) {
    double max = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, score);
    }
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - max);
    }
    double log = max + Math.log(sum);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (scores[i] - log);
    }
  }
}
