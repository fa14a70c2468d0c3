import { describe, expect, it } from 'vitest';
import { distribution, percentile } from './percentile.ts';

describe('percentile', () => {
  it('takes a measured value by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.5, 0.95, 0.99, 1].map((share) => percentile(values, share))).toEqual([50, 95, 99, 100]);
    expect(percentile([10, 20, 30], 0.5)).toBe(20);
    expect(percentile([10, 20], 0.5)).toBe(10);
    expect(percentile([7], 0.01)).toBe(7);
    expect(percentile([], 0.5)).toBeUndefined();
  });
  it('does not mind the order and leaves its input alone', () => {
    const values = [300, 9, 10, 2];
    expect(distribution(values)).toEqual({ count: 4, min: 2, p50: 9, p95: 300, p99: 300, max: 300 });
    expect(values).toEqual([300, 9, 10, 2]);
    expect(distribution([])).toEqual({ count: 0, min: null, p50: null, p95: null, p99: null, max: null });
  });
});
