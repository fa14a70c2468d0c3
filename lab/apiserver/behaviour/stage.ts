import type { Caller, CallOptions } from '../../testbed/caller.ts';
import { group } from './gadget.ts';
import { createNormal, type Normal } from './normal.ts';

/** One exchange of a scenario, with what differs between any two runs replaced by names. */
export interface Step {
  request: string;
  status: number;
  warnings?: string[];
  body: unknown;
}

/** A server under the suite. */
export interface Ground {
  caller: Caller;
  tokens: { reader: string; powerless: string };
  /** Forgets the history: continue tokens and old versions expire. */
  compact(): Promise<void>;
  /** Whether owners' deletion and namespaces' are finished by controllers. */
  controllers: boolean;
  stop(): Promise<void>;
}

/** What a scenario acts through: every answer is recorded. */
export interface Stage {
  readonly ground: Ground;
  readonly namespace: string;
  /** Path of the Gadgets of this scenario, of one by its name, or of a subresource. */
  gadgets(name?: string, subresource?: string): string;
  /** Path in this scenario's namespace of the core group. */
  core(plural: string, name?: string): string;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  apply(manager: string, name: string, object: object, query?: string): Promise<Reply>;
  /** Records any value under a title. */
  note(request: string, body: unknown): void;
  readonly normal: Normal;
}

/** The body of an answer as far as the next request needs it; a Status has metadata too. */
export interface ReplyBody {
  metadata: { resourceVersion: string; continue?: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** An answer as it came, for the next request. */
export interface Reply {
  status: number;
  json: ReplyBody;
}

export interface Scenario {
  name: string;
  /** Needs controllers (garbage collector, namespaces). */
  controllers?: true;
  run(stage: Stage): Promise<void>;
}

/** Plays one scenario in a namespace of its own and returns what was said. */
export async function play({ name, run }: Scenario, ground: Ground): Promise<Step[]> {
  const steps: Step[] = [];
  const normal = createNormal();
  const namespace = `suite-${name}`;
  const { caller } = ground;
  await caller.call('POST', '/api/v1/namespaces', {
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  });
  const stage: Stage = {
    ground,
    namespace,
    normal,
    gadgets: (one, sub) =>
      ['', 'apis', group, 'v1', 'namespaces', namespace, 'gadgets', one, sub]
        .filter((part) => part !== undefined)
        .join('/'),
    core: (plural, one) =>
      ['/api/v1/namespaces', namespace, plural, one].filter((part) => part !== undefined).join('/'),
    async call(method, path, options) {
      const { status, headers, json, body } = await caller.call(method, path, options);
      const warnings = (headers['warning'] as string | undefined)?.split(/, (?=299)/);
      const as = options?.type ? ` (${options.type.replace('application/', '')})` : '';
      steps.push({
        request: `${method} ${normal.path(path)}${as}`,
        status,
        ...(warnings && { warnings }),
        body: normal.body(json ?? body),
      });
      return { status, json: json as ReplyBody };
    },
    apply: (manager, one, object, query = '') =>
      stage.call('PATCH', `${stage.gadgets(one)}?fieldManager=${manager}${query}`, {
        body: object,
        type: 'application/apply-patch+yaml',
      }),
    note: (request, body) => void steps.push({ request, status: 0, body: normal.body(body) }),
  };
  await run(stage);
  return steps;
}
