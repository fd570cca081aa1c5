"""Slow twins of the intervals: constrained maxima by scipy from point to point, sandwiches value by value."""

import numpy as np
from scipy.optimize import brentq, minimize

import oracle


def mixture_of(theta, k):
    """Weights, means and sds of (logits without the last, means, log sds)."""
    a = np.append(theta[: k - 1], 0.0)
    weights = np.exp(a - a.max())
    return weights / weights.sum(), theta[k - 1 : 2 * k - 1], np.exp(theta[2 * k - 1 :])


def start_of(mixture):
    weights, means, sds = mixture
    return np.concatenate([np.log(weights[:-1] / weights[-1]), means, np.log(sds)])


def fall(values, sample_weight, top, theta, k, quantity, c):
    """Twice the fall of the log-likelihood at the maximum with quantity(mixture) = c, near theta."""

    def loss(t):
        _, gradient, _ = oracle.derivatives(values, sample_weight, *mixture_of(t, k))
        gradient = np.delete(gradient, k - 1)
        return -oracle.log_likelihood(values, sample_weight, *mixture_of(t, k)), -gradient

    found = minimize(
        loss,
        theta,
        jac=True,
        method="SLSQP",
        constraints={"type": "eq", "fun": lambda t: quantity(*mixture_of(t, k)) - c},
        options={"ftol": 1e-15, "maxiter": 500},
    )
    return 2.0 * (top - -found.fun), found.x


def bound(values, sample_weight, mixture, quantity, critical, step):
    """Where the fall reaches `critical`, walking from the estimate by `step` at a time."""
    k = len(mixture[0])
    top = oracle.log_likelihood(values, sample_weight, *mixture)
    theta, c = start_of(mixture), quantity(*mixture)
    for _ in range(200):
        w, after = fall(values, sample_weight, top, theta, k, quantity, c + step)
        if w >= critical:
            break
        theta, c = after, c + step

    def gap(at):
        return fall(values, sample_weight, top, theta, k, quantity, at)[0] - critical

    return brentq(gap, c, c + step, xtol=1e-9 * abs(step), rtol=1e-14)


def sandwich(x, mixture):
    """Covariance of (weights, means, sds) with the products of the scores added value by value."""
    weights, means, sds = mixture
    k = len(weights)
    density = weights / sds * np.exp(-0.5 * ((x[:, None] - means) / sds) ** 2)
    r = density / density.sum(axis=1, keepdims=True)
    z = (x[:, None] - means) / sds
    scores = np.hstack([r - weights, r * z / sds, r * (z * z - 1.0)])
    keep = [i for i in range(3 * k) if i != k - 1]
    _, _, hessian = oracle.derivatives(x, np.ones(len(x)), weights, means, sds)
    bread = np.linalg.inv(-hessian[np.ix_(keep, keep)])
    inner = bread @ (scores[:, keep].T @ scores[:, keep]) @ bread
    jacobian = np.zeros((3 * k, 3 * k - 1))
    jacobian[:k, : k - 1] = (np.diag(weights) - np.outer(weights, weights))[:, : k - 1]
    jacobian[k : 2 * k, k - 1 : 2 * k - 1] = np.eye(k)
    jacobian[2 * k :, 2 * k - 1 :] = np.diag(sds)
    return jacobian @ inner @ jacobian.T
