import { type Clock, isoSeconds } from '../../../shared/clock.ts';
import type { Handlers } from '../../../shared/contract.ts';
import { fault } from '../../../shared/fault.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import type { ImageSets } from '../../store/image-sets.ts';
import type { Plans } from '../../store/plans.ts';
import type { Runs } from '../../store/runs.ts';
import type { SiteRecord } from '../../store/sites.ts';
import { type Content, planStore } from '../content/content.ts';
import { pullItems } from '../runs/run-items.ts';
import type { Registries } from '../sites/registries.ts';
import { makePlan } from './plan.ts';
import type { Resolve } from './resolver.ts';

type PlanCall = 'mirror.plan' | 'mirror.planImages';

/** Plans: made as a job, kept until the next of the same set and site. */
export function createPlansPart(deps: {
  plans: Plans;
  runs: Runs;
  jobs: Jobs;
  sets: ImageSets;
  registries: Registries;
  clock: Clock;
  content: Content;
  resolve: Resolve;
  site: (id: string) => SiteRecord;
}): { handlers: Pick<Handlers, PlanCall> } {
  const { plans, runs, jobs, sets, registries, clock, content, resolve, site } = deps;
  return {
    handlers: {
      async 'mirror.plan'({ set, site: id }) {
        const target = id === '' ? undefined : site(id);
        const { result } = jobs.run('mirror.plan', `Plan of ${set}`, '', async (progress, signal) => {
          const resolution = await resolve(set, signal, (words) => progress({ sentence: `Looking at ${words}.` }));
          const made = await makePlan({
            ...{ resolution, registries, clock, signal, store: await planStore(content), rate: runs.lastRate('pull') },
            ...(target && { site: { id, address: target.address } }),
            onImage: (done, total) =>
              progress({ done, total, unit: 'images', sentence: `${done} of ${total} images counted.` }),
          });
          plans.put(made.plan, made.images);
          const names = pullItems(resolution).map(({ name }) => name);
          sets.resolved(set, names, resolution.gaps.length === 0, isoSeconds(clock.now()));
          progress({ sentence: made.plan.sentence, gaps: made.plan.failed > 0 });
          return made.plan;
        });
        return result;
      },
      'mirror.planImages'(asked) {
        if (!plans.get(asked.id)) {
          throw fault('plan.unknown', 'This plan is not kept any more.', 'Make it again.', { field: 'id' });
        }
        return plans.images(asked);
      },
    },
  };
}
