package io.lethe.engine;

import java.util.List;
import java.util.Locale;

/**
 * The optimiser of the tensors that are trained, and its constants. Its state lives in native
 * memory beside them, two numbers a parameter whichever it is.
 *
 * @param name {@code adamw} (Loshchilov and Hutter, as torch.optim.AdamW takes a step) or {@code
 *     sophia} (Liu et al. 2023; SOUL, Jia et al. 2024, runs unlearning losses with it)
 * @param weightDecay decoupled decay
 * @param beta1 decay of the running mean of gradients
 * @param beta2 decay of the running mean of squared gradients (adamw) or of the Hessian's diagonal
 *     (sophia)
 * @param epsilon adamw: added to the root of the second moment; sophia: to the divisor
 * @param rho sophia: what the Hessian is scaled by before it divides; the smaller, the more entries
 *     are clipped to a whole step
 * @param hessianEvery sophia: steps between two estimates of the Hessian
 * @param empiricalFisher sophia: estimate from the loss's own gradient, as SOUL's program does,
 *     rather than from labels drawn from the model's answers (Gauss-Newton-Bartlett), as Sophia
 *     does
 * @param doubleMomentum sophia: take each gradient into its running mean twice, as SOUL's program
 *     does; the paper takes it once
 */
public record OptimizerSettings(
    String name,
    double weightDecay,
    double beta1,
    double beta2,
    double epsilon,
    double rho,
    int hessianEvery,
    boolean empiricalFisher,
    boolean doubleMomentum) {
  public static final String ADAMW = "adamw";
  public static final String SOPHIA = "sophia";

  public OptimizerSettings {
    name = name.toLowerCase(Locale.ROOT);
    if (!List.of(ADAMW, SOPHIA).contains(name)) {
      throw new EngineException("optimizer is " + name + "; give adamw or sophia");
    }
    if (beta1 < 0 || beta1 >= 1 || beta2 < 0 || beta2 >= 1 || weightDecay < 0) {
      throw new EngineException("beta1 and beta2 must lie within 0..1 and weightDecay from 0 on");
    }
    if (!(rho > 0) || !(epsilon > 0) || hessianEvery < 1) {
      throw new EngineException("rho, epsilon and hessianEvery must each be above 0");
    }
  }

  /** torch.optim.AdamW's constants with the given decay. */
  public static OptimizerSettings adamW(double weightDecay) {
    return new OptimizerSettings(ADAMW, weightDecay, 0.9, 0.999, 1e-8, 0.04, 10, false, false);
  }

  /**
   * Sophia-G with SOUL's constants (betas .9 and .95, rho .04) and Sophia's schedule: labels drawn
   * from the answers every ten steps, one momentum.
   */
  public static OptimizerSettings sophia(double weightDecay) {
    return new OptimizerSettings(SOPHIA, weightDecay, 0.9, 0.95, 1e-15, 0.04, 10, false, false);
  }

  /** SOUL's program to the letter: the loss's own gradient every step, momentum taken twice. */
  public static OptimizerSettings sophiaAsSoul(double weightDecay) {
    return new OptimizerSettings(SOPHIA, weightDecay, 0.9, 0.95, 1e-15, 0.04, 1, true, true);
  }

  /** Whether its state holds a Hessian. */
  public boolean secondOrder() {
    return name.equals(SOPHIA);
  }
}
