import { describe, expect, test } from 'vitest';
import { bareKernel, fillTemplate, kernelsOfClaim, kernelVariables, normalizeKernel } from './kernel-template.ts';

const kernel = '5.14.0-284.30.1.el9_2.x86_64';

test('parts of a kernel', () => {
  expect(kernelVariables(kernel)).toEqual({
    KERNEL_FULL_VERSION: kernel,
    KERNEL_VERSION: kernel,
    KERNEL_XYZ: '5.14.0',
    KERNEL_X: '5',
    KERNEL_Y: '14',
    KERNEL_Z: '0',
  });
});

test('a kernel of two parts is refused by name', () => {
  expect(() => kernelVariables('5.14')).toThrow('fewer than three parts');
});

test('normalised as KMM does; one trailing plus goes', () => {
  expect(normalizeKernel('6.1.0+a~b:c')).toBe('6.1.0_a_b_c');
  expect(bareKernel('6.1.0-rt+')).toBe('6.1.0-rt');
  expect(bareKernel('6.1.0++')).toBe('6.1.0+');
  expect(kernelsOfClaim('4.18.0-1\n5.14.0-2+')).toEqual(['4.18.0-1', '5.14.0-2']);
});

describe('templates', () => {
  const variables = { V: 'x', LONG_V: 'y', EMPTY: '' };
  test.each([
    ['a/$V:${LONG_V}', 'a/x:y'],
    ['$UNSET-${UNSET}', '-'],
    ['$V_', ''],
    ['$$V ${V}', '$V x'],
    ['cost 5$', 'cost 5$'],
    ['${UNSET:-d}${EMPTY:-d}${EMPTY-d}', 'dd'],
    ['${V:+z}${UNSET:+z}', 'z'],
    ['${UNSET:=$V}', 'x'],
  ])('%s', (template, filled) => {
    expect(fillTemplate(template, variables)).toBe(filled);
  });
  test('an open brace names the field', () => {
    expect(() => fillTemplate('a:${V', variables, 'spec.f')).toThrowError(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'mapping.template', field: 'spec.f' }) }),
    );
  });
});
