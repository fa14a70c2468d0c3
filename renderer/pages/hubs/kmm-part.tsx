import { Alert, Button } from '@patternfly/react-core';
import { useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { StackedBar } from '../../parts/stacked-bar.tsx';
import { useCall } from '../../state/use-call.ts';
import { kmmWords, wordFor } from '../../words/states.ts';
import { InstallDialog } from './install-dialog.tsx';
import { InstallSpokes } from './install-spokes.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];
const order = ['installed', 'installing', 'failed', 'absent', 'unknown'] as const;
const ways = { policy: 'an ACM policy', work: 'manifest works', none: 'nothing this hub serves' } as const;

/** Where KMM is installed: the hub first, then the spokes by policy, with what each step would change. */
export function KmmPart({ hub }: { hub: Hub }) {
  const asked = useCall('install.status', { hub: hub.id });
  const [installing, setInstalling] = useState<'hub' | 'spokes' | undefined>();
  return (
    <Answer of={asked} what="what is installed where">
      {({ hub: onHub, spokes, way, wayWhy, remarks }) => {
        const state = wordFor(kmmWords, onHub.state);
        const total = Object.values(spokes).reduce((sum, value) => sum + value, 0);
        const ready = onHub.state === 'installed';
        const missing = total - (spokes.installed ?? 0);
        return (
          <div className="kb-stack">
            {remarks.map((remark) => (
              <Alert key={remark} isInline isPlain variant="info" title={remark} component="p" />
            ))}
            <ol className="kb-stages">
              <li>
                <div className="kb-between">
                  <h2 className="kb-h">1. KMM-Hub on {hub.name}</h2>
                  <Badge tone={state.tone} word={state.word} title={state.means} />
                </div>
                <p>{onHub.sentence}</p>
                <p className="kb-subtle">
                  {[
                    onHub.version && `version ${onHub.version}`,
                    onHub.namespace && `in ${onHub.namespace}`,
                    onHub.schema,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
                {!ready && (
                  <Button
                    variant={onHub.state === 'installing' ? 'secondary' : 'primary'}
                    onClick={() => setInstalling('hub')}
                  >
                    Install on the hub…
                  </Button>
                )}
              </li>
              <li>
                <div className="kb-between">
                  <h2 className="kb-h">2. KMM on the spokes</h2>
                  <span className="kb-subtle">by {ways[way]}</span>
                </div>
                {wayWhy && <p className="kb-subtle">{wayWhy}</p>}
                <StackedBar
                  total={total}
                  legend
                  shares={order.map((key) => ({
                    key,
                    word: kmmWords[key].word,
                    tone: kmmWords[key].tone,
                    value: spokes[key] ?? 0,
                  }))}
                />
                {missing > 0 && way !== 'none' && (
                  <Button
                    variant={ready && (spokes.installing ?? 0) === 0 ? 'primary' : 'secondary'}
                    onClick={() => setInstalling('spokes')}
                  >
                    Install on the spokes…
                  </Button>
                )}
              </li>
            </ol>
            {total > 0 && <InstallSpokes hub={hub.id} />}
            {installing && <InstallDialog hub={hub} where={installing} onClose={() => setInstalling(undefined)} />}
          </div>
        );
      }}
    </Answer>
  );
}
