"""A network of three dense layers, trained by Adam. Plain numpy: every step is the same on the same machine."""

import numpy as np


class Network:
    def __init__(self, sizes, rng):
        self.weights = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            scale = np.sqrt(2.0 / inputs)
            self.weights.append((rng.standard_normal((inputs, outputs)) * scale).astype(np.float32))
            self.weights.append(np.zeros(outputs, np.float32))
        self.moments = [np.zeros_like(w) for w in self.weights]
        self.squares = [np.zeros_like(w) for w in self.weights]

    def forward(self, images):
        """Log-probabilities of the ten digits, and what each layer gave on the way."""
        layers = [images]
        last = len(self.weights) // 2 - 1
        for i in range(last + 1):
            out = layers[-1] @ self.weights[2 * i] + self.weights[2 * i + 1]
            layers.append(np.maximum(out, 0) if i < last else out)
        scores = layers[-1]
        scores = scores - scores.max(axis=1, keepdims=True)
        return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True)), layers

    def gradients(self, images, labels):
        log_probabilities, layers = self.forward(images)
        rows = np.arange(len(labels))
        loss = float(-log_probabilities[rows, labels].mean())
        flow = np.exp(log_probabilities)
        flow[rows, labels] -= 1
        flow /= len(labels)
        found = []
        for i in reversed(range(len(self.weights) // 2)):
            found += [flow.sum(axis=0), layers[i].T @ flow]
            if i > 0:
                flow = (flow @ self.weights[2 * i].T) * (layers[i] > 0)
        return loss, found[::-1]

    def learn(self, gradients, step, rate):
        """One step of Adam (Kingma and Ba, 2015); `step` counts from 1."""
        rate *= np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for weight, moment, square, gradient in zip(self.weights, self.moments, self.squares, gradients):
            moment += 0.1 * (gradient - moment)
            square += 0.001 * (gradient * gradient - square)
            weight -= np.float32(rate) * moment / (np.sqrt(square) + np.float32(1e-8))

    def guess(self, images):
        return self.forward(images)[0].argmax(axis=1)
