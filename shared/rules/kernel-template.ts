import { fault } from '../fault.ts';

/** The kernel as KMM puts it into names and templates: what is not a letter, digit, `-`, `.` or `_` becomes `_`. */
export const normalizeKernel = (kernel: string): string => kernel.replace(/[^A-Za-z0-9\-._]/g, '_');

/** KMM drops one trailing `+` (kernels built from a dirty tree) before it looks at a kernel. */
export const bareKernel = (kernel: string): string => (kernel.endsWith('+') ? kernel.slice(0, -1) : kernel);

/** The kernels of KMM's claim value, in its order, without the trailing `+`. */
export const kernelsOfClaim = (value: string): string[] => value.split('\n').map(bareKernel);

/**
 * The names a template may use for `kernel`: KERNEL_FULL_VERSION, KERNEL_VERSION, KERNEL_XYZ, KERNEL_X, KERNEL_Y, KERNEL_Z.
 * Throws `mapping.kernel` for a kernel of fewer than three parts (split at `.`, `,` and `-`).
 */
export function kernelVariables(kernel: string): Record<string, string> {
  const full = normalizeKernel(kernel);
  const [x, y, z] = full.split(/[.,-]/);
  if (x === undefined || y === undefined || z === undefined) {
    throw fault(
      'mapping.kernel',
      `The kernel "${kernel}" has fewer than three parts.`,
      'KMM needs a kernel such as 5.14.0-284.30.1.el9_2.x86_64; look at the spoke’s claim.',
    );
  }
  return {
    KERNEL_FULL_VERSION: full,
    KERNEL_VERSION: full,
    KERNEL_XYZ: `${x}.${y}.${z}`,
    KERNEL_X: x,
    KERNEL_Y: y,
    KERNEL_Z: z,
  };
}

const expression = /\$\$|\$([A-Za-z_]\w*)|\$\{([A-Za-z_]\w*)(?:(:?[-=+])([^}]*))?\}|\$\{/g;

/**
 * Replaces `$V` and `${V}` as envsubst does (kmm.md 1.7): an unset name becomes the empty string, `$$` stands for `$`,
 * `${V:-text}` for a default. Throws `mapping.template` for a brace that is never closed or holds no name.
 */
export function fillTemplate(template: string, variables: Readonly<Record<string, string>>, field?: string): string {
  return template.replace(expression, (match, plain?: string, braced?: string, operator?: string, text = '') => {
    if (match === '$$') return '$';
    const name = plain ?? braced;
    if (name === undefined) {
      throw fault(
        'mapping.template',
        `"${template}" has a \${ that is not a variable.`,
        'Write variables as ${KERNEL_FULL_VERSION}, and a plain dollar sign as $$.',
        field === undefined ? {} : { field },
      );
    }
    const value = Object.hasOwn(variables, name) ? variables[name]! : '';
    const there = operator?.startsWith(':') ? value !== '' : Object.hasOwn(variables, name);
    if (operator?.endsWith('+')) return there ? fillTemplate(text, variables, field) : '';
    return operator && !there ? fillTemplate(text, variables, field) : value;
  });
}
