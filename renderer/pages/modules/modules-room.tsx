import type { Output } from '../../../shared/contract.ts';
import { NothingYet } from '../../parts/states.tsx';
import { EditPage } from './edit-page.tsx';
import { ModulePage } from './module-page.tsx';
import { ModulesPage } from './modules-page.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

/** The pages of the Modules room: the list, a new one, one module, its editor. */
export function ModulesRoom({ hub, path }: { hub: Hub; path: readonly string[] }) {
  const [first, name, part] = path;
  if (first === undefined) return <ModulesPage hub={hub} />;
  if (first === 'new') return <EditPage hub={hub} />;
  if (first === 'm' && name !== undefined && part === 'edit') return <EditPage key={name} hub={hub} name={name} />;
  if (first === 'm' && name !== undefined)
    return <ModulePage key={name} hub={hub} name={name} part={part ?? 'spokes'} />;
  return (
    <NothingYet level="h1" title="There is no such page">
      The link may be of another version.
    </NothingYet>
  );
}
