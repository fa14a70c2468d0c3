import { Breadcrumb, BreadcrumbItem, PageSection, Title } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { KubeconfigSource } from '../../../shared/contract/hubs.ts';
import type { Output } from '../../../shared/contract.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { formatRoute, parseRoute } from '../../state/route.ts';
import { useAct } from '../../state/use-call.ts';
import { Contexts } from './contexts.tsx';
import { KubeconfigForm } from './kubeconfig-form.tsx';

interface Props {
  onClose: () => void;
  onAdded: (hub: string) => void;
}

/** From a kubeconfig to a known hub: read it, see its contexts and questions, choose, connect. */
export function AddHub({ onClose, onAdded }: Props) {
  const queries = useQueryClient();
  const [read, setRead] = useState<{ source: KubeconfigSource; found: Output<'hubs.inspect'> } | undefined>();
  const inspect = useAct('hubs.inspect', { quiet: true });
  async function look(source: KubeconfigSource) {
    setRead(undefined);
    const found = await inspect.ask(source).catch(() => undefined);
    if (found) setRead({ source, found });
  }
  return (
    <PageSection className="kb-page kb-narrow" hasBodyWrapper={false} aria-label="Add a hub">
      <Breadcrumb>
        <BreadcrumbItem to={formatRoute({ page: 'hubs' })}>Hubs</BreadcrumbItem>
        <BreadcrumbItem isActive>Add</BreadcrumbItem>
      </Breadcrumb>
      <Title headingLevel="h1">Add a hub</Title>
      <KubeconfigForm
        action="Read it"
        busy={inspect.busy}
        variant={read ? 'secondary' : 'primary'}
        // A kubeconfig opened from the file manager comes in the address.
        paths={parseRoute(location.hash).query['paths'] ?? ''}
        onSource={(source) => void look(source)}
        onCancel={onClose}
      />
      {inspect.fault && <FaultAlert fault={inspect.fault} />}
      {read && (
        <Contexts
          source={read.source}
          found={read.found}
          onAgain={() => void look(read.source)}
          onAdded={(hub) => {
            void queries.invalidateQueries({ queryKey: ['hubs.list'] }).then(() => onAdded(hub));
          }}
        />
      )}
    </PageSection>
  );
}
