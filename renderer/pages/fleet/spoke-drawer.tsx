import {
  Button,
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  DrawerPanelContent,
  Tab,
  Tabs,
  TabTitleText,
  Title,
} from '@patternfly/react-core';
import LinkIcon from '@patternfly/react-icons/dist/esm/icons/link-icon';
import { useEffect, useRef } from 'react';
import type { Output } from '../../../shared/contract.ts';
import { Answer } from '../../parts/answer.tsx';
import { Badge } from '../../parts/badge.tsx';
import { Timeline } from '../../parts/timeline.tsx';
import { useToasts } from '../../state/toasts.ts';
import { useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { availabilityWords } from '../../words/states.ts';
import { ObjectYaml } from './object-yaml.tsx';
import { SpokeFacts } from './spoke-facts.tsx';
import { SpokeLabels } from './spoke-labels.tsx';
import { SpokeWorks } from './spoke-works.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

/** One spoke: facts in words first, YAML last. Its address is a link that can be sent. */
export function SpokeDrawer({ hub, name, tab, onClose }: { hub: Hub; name: string; tab: string; onClose: () => void }) {
  const { refine } = useRoute();
  const toasts = useToasts();
  const spoke = useCall('fleet.spoke', { hub: hub.id, name });
  const title = useRef<HTMLDivElement>(null);
  const row = spoke.data?.row;
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('.pf-v6-c-modal-box')) onClose();
    }
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [onClose]);
  async function copyLink() {
    await navigator.clipboard.writeText(location.href);
    toasts.say('success', 'The link to this spoke is copied.');
  }
  return (
    <DrawerPanelContent isResizable defaultSize="560px" minSize="380px" aria-label={`Spoke ${name}`}>
      <DrawerHead>
        <div ref={title}>
          <Title headingLevel="h2" size="lg" className="kb-break">
            {name}
          </Title>
          {row && (
            <Badge tone={availabilityWords[row.availability].tone} word={availabilityWords[row.availability].word} />
          )}
        </div>
        <DrawerActions>
          <Button
            variant="plain"
            aria-label="Copy the link to this spoke"
            icon={<LinkIcon />}
            onClick={() => void copyLink()}
          />
          <DrawerCloseButton onClick={onClose} aria-label="Close (Esc)" />
        </DrawerActions>
      </DrawerHead>
      <DrawerPanelBody>
        <Answer of={spoke} what={name}>
          {(detail) => (
            <Tabs
              activeKey={tab || 'facts'}
              onSelect={(_event, key) => refine({ tab: key === 'facts' ? '' : String(key) })}
              mountOnEnter
              unmountOnExit
              aria-label={`About ${name}`}
            >
              <Tab eventKey="facts" title={<TabTitleText>Facts</TabTitleText>}>
                <SpokeFacts hub={hub.id} detail={detail} />
              </Tab>
              <Tab eventKey="works" title={<TabTitleText>Works</TabTitleText>}>
                <SpokeWorks hub={hub.id} spoke={name} works={detail.works} />
              </Tab>
              <Tab eventKey="timeline" title={<TabTitleText>Timeline</TabTitleText>}>
                <Timeline hub={hub.id} spoke={name} />
              </Tab>
              <Tab eventKey="labels" title={<TabTitleText>Claims and labels</TabTitleText>}>
                <SpokeLabels hub={hub} detail={detail} />
              </Tab>
              <Tab eventKey="yaml" title={<TabTitleText>YAML</TabTitleText>}>
                <ObjectYaml hub={hub.id} kind="ManagedCluster" name={name} />
              </Tab>
            </Tabs>
          )}
        </Answer>
      </DrawerPanelBody>
    </DrawerPanelContent>
  );
}
