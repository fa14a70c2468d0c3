import { describe, expect, test } from 'vitest';
import { findMapping, mappingFor, mergeBuild, mergeSign, overrideArguments } from './kernel-mapping.ts';
import type { KernelMapping, LoaderContainer, ModuleSpec } from './module-spec.ts';

const k1 = '5.14.0-284.30.1.el9_2.x86_64';
const k2 = '4.18.0-372.46.1.el8_6.x86_64';
const id = { name: 'kmm-kmod', namespace: 'openshift-kmm' };
const spec = (container: Partial<LoaderContainer>): ModuleSpec => ({
  moduleLoader: { container: { modprobe: { moduleName: 'm' }, ...container } },
});
const refusal = (code: string, field: string) =>
  expect.objectContaining({ fault: expect.objectContaining({ code, field }) });

describe('which mapping', () => {
  test('list order decides, not precision', () => {
    expect(findMapping([{ regexp: 'x86_64' }, { literal: k1 }], k1)).toBe(0);
    expect(findMapping([{ literal: k1 }, { regexp: 'x86_64' }], k1)).toBe(0);
  });
  test('literal is equality, regexp is found anywhere', () => {
    expect(findMapping([{ literal: '5.14.0' }], k1)).toBe(-1);
    expect(findMapping([{ regexp: '284' }], k1)).toBe(0);
    expect(findMapping([{ regexp: '^284' }], k1)).toBe(-1);
  });
  test('empty strings and nulls of KMM-Hub match nothing', () => {
    expect(
      findMapping(
        [
          { literal: '', regexp: '' },
          { literal: null, regexp: null },
        ],
        k1,
      ),
    ).toBe(-1);
  });
  test('a regexp that is not RE2 is an error only where it is reached', () => {
    const mappings = [{ literal: k1 }, { regexp: '(?<!a)b' }];
    expect(findMapping(mappings, k1)).toBe(0);
    expect(() => findMapping(mappings, k2)).toThrowError(
      refusal('mapping.regexp', 'spec.moduleLoader.container.kernelMappings[1].regexp'),
    );
  });
  test('a trailing plus is dropped before matching', () => {
    const mapped = mappingFor(
      spec({ kernelMappings: [{ literal: k1, containerImage: 'r/m:${KERNEL_VERSION}' }] }),
      `${k1}+`,
      id,
    );
    expect(mapped).toMatchObject({ kernel: k1, image: `r/m:${k1}` });
  });
  test('no mapping, no loader: undefined', () => {
    expect(mappingFor(spec({ kernelMappings: [{ literal: k1 }] }), k2, id)).toBeUndefined();
    expect(mappingFor({ devicePlugin: {} }, k1, id)).toBeUndefined();
  });
});

describe('what it becomes', () => {
  test('image of the mapping, else of the container, with MOD_* and KERNEL_*', () => {
    const container = {
      containerImage: 'r/$MOD_NAMESPACE/$MOD_NAME:${KERNEL_XYZ}-${NOTHING}',
      kernelMappings: [{ regexp: '.', containerImage: '' }],
    };
    expect(mappingFor(spec(container), k1, id)?.image).toBe('r/openshift-kmm/kmm-kmod:5.14.0-');
  });
  test('templates reach the unsigned image and the files, but MOD_* does not', () => {
    const mapped = mappingFor(
      spec({
        kernelMappings: [
          {
            literal: k1,
            containerImage: 'r:1',
            build: { buildArgs: [{ name: 'A', value: '$KERNEL_X' }] },
            sign: {
              unsignedImage: 'u/$MOD_NAME:$KERNEL_X',
              filesToSign: ['/opt/lib/modules/$KERNEL_FULL_VERSION/a.ko'],
            },
          },
        ],
      }),
      k1,
      id,
    );
    expect(mapped?.sign).toEqual({ unsignedImage: 'u/:5', filesToSign: [`/opt/lib/modules/${k1}/a.ko`] });
    expect(mapped?.build).toEqual({ buildArgs: [{ name: 'A', value: '$KERNEL_X' }] });
  });
  test('registryTLS of the mapping, even an empty one, hides that of the container', () => {
    const container = {
      registryTLS: { insecure: true },
      kernelMappings: [{ literal: k1, registryTLS: {} }, { literal: k2 }],
    };
    expect(mappingFor(spec(container), k1, id)?.registryTLS).toEqual({});
    expect(mappingFor(spec(container), k2, id)?.registryTLS).toEqual({ insecure: true });
  });
  test.each<[KernelMapping, string[] | undefined]>([
    [{}, ['c']],
    [{ inTreeModulesToRemove: [] }, []],
    [{ inTreeModulesToRemove: ['m'] }, ['m']],
    [{ inTreeModuleToRemove: 's' }, ['s']],
    [{ inTreeModulesToRemove: null, inTreeModuleToRemove: '' }, ['c']],
  ])('in-tree modules of %j', (mapping, expected) => {
    const container = { inTreeModulesToRemove: ['c'], kernelMappings: [{ literal: k1, ...mapping }] };
    expect(mappingFor(spec(container), k1, id)?.inTreeModulesToRemove).toEqual(expected);
  });
});

describe('merge and its traps', () => {
  test('build: config map replaced, arguments overridden in place or appended, secrets appended, the rest of the mapping lost', () => {
    expect(
      mergeBuild(
        {
          dockerfileConfigMap: { name: 'c' },
          buildArgs: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          secrets: [{ name: 's' }],
          selector: { a: 'b' },
        },
        {
          dockerfileConfigMap: { name: 'm' },
          buildArgs: [
            { name: 'C', value: '4' },
            { name: 'A', value: '3' },
          ],
          secrets: [{ name: 't' }],
          selector: { lost: '' },
          kanikoParams: { tag: 'lost' },
          baseImageRegistryTLS: { insecure: true },
        },
      ),
    ).toEqual({
      dockerfileConfigMap: { name: 'm' },
      buildArgs: [
        { name: 'A', value: '3' },
        { name: 'B', value: '2' },
        { name: 'C', value: '4' },
      ],
      secrets: [{ name: 's' }, { name: 't' }],
      selector: { a: 'b' },
    });
    const alone = { kanikoParams: { tag: 'kept' } };
    expect(mergeBuild(null, alone)).toBe(alone);
    expect(mergeBuild(undefined, undefined)).toBeUndefined();
  });
  test('sign: names replaced, files appended, TLS of the mapping lost', () => {
    expect(
      mergeSign(
        { keySecret: { name: 'k' }, certSecret: { name: 'c' }, filesToSign: ['/opt/a.ko'] },
        {
          unsignedImage: 'u:1',
          keySecret: { name: 'K' },
          filesToSign: ['/opt/b.ko'],
          unsignedImageRegistryTLS: { insecure: true },
        },
      ),
    ).toEqual({
      unsignedImage: 'u:1',
      keySecret: { name: 'K' },
      certSecret: { name: 'c' },
      filesToSign: ['/opt/a.ko', '/opt/b.ko'],
    });
  });
  test('an argument named twice in the base is replaced at both places', () => {
    expect(
      overrideArguments(
        [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
        [{ name: 'A', value: '3' }],
      ),
    ).toEqual([
      { name: 'A', value: '3' },
      { name: 'A', value: '3' },
    ]);
  });
});

describe('against a plain reading of the rules', () => {
  // Anchored prefixes and suffixes, literals and fragments: for these, RE2 and startsWith/endsWith/includes must agree.
  const quote = (text: string) => text.replace(/[.+]/g, '\\$&');
  const forms: [(part: string) => KernelMapping, (part: string, kernel: string) => boolean][] = [
    [(part) => ({ literal: part }), (part, kernel) => part === kernel],
    [(part) => ({ regexp: quote(part) }), (part, kernel) => kernel.includes(part)],
    [(part) => ({ regexp: `^${quote(part)}` }), (part, kernel) => kernel.startsWith(part)],
    [(part) => ({ regexp: `${quote(part)}$` }), (part, kernel) => kernel.endsWith(part)],
  ];
  test('2,000 random lists', () => {
    let state = 42;
    const draw = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let hits = 0;
    for (let round = 0; round < 2_000; round += 1) {
      const kernels = [k1, k2, '5.14.0-70.rt21.el9_0.x86_64', '5.14.0-284.30.1.el9_2.aarch64'];
      const kernel = kernels[draw(kernels.length)]!;
      const list = Array.from({ length: draw(5) }, () => {
        const source = kernels[draw(kernels.length)]!;
        const from = draw(source.length - 1);
        const part = draw(3) === 0 ? source : source.slice(from, from + 1 + draw(source.length - from));
        const [write, judge] = forms[draw(forms.length)]!;
        return { mapping: write(part), match: judge(part, kernel) };
      });
      const expected = list.findIndex(({ match }) => match);
      expect(
        findMapping(
          list.map(({ mapping }) => mapping),
          kernel,
        ),
      ).toBe(expected);
      if (expected >= 0) hits += 1;
    }
    expect(hits).toBeGreaterThan(500);
    expect(hits).toBeLessThan(1_900);
  });
});
