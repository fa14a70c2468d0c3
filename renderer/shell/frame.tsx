import { Page, SkipToContent } from '@patternfly/react-core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { HubClockContext } from '../state/hub-clock.ts';
import { chooseHub, lastHub, rememberHub } from '../state/hub-in-use.ts';
import { useCall } from '../state/use-call.ts';
import { useRoute } from '../state/use-route.ts';
import { Banners } from './banners.tsx';
import { Help } from './help.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';
import { Room } from './room.tsx';
import { useShortcuts } from './shortcuts.ts';
import { TopBar } from './top-bar.tsx';

const main = 'main';

/** What surrounds every page: top bar, rooms, banners, palette, help. */
export function Frame() {
  const { route, go } = useRoute();
  const hubs = useCall('hubs.list', {}, { every: 5000 });
  const list = hubs.data?.hubs ?? [];
  const hub = chooseHub(list, route.hub, lastHub());
  const [open, setOpen] = useState<'palette' | 'help' | undefined>();
  const close = useCallback(() => setOpen(undefined), []);
  useShortcuts({ palette: () => setOpen('palette'), help: () => setOpen('help') });
  const lab = useCall('lab.status', {}, { enabled: hub?.practice === true });
  const speed = hub?.practice && lab.data?.running ? lab.data.speed : 1;
  const clock = useMemo(() => ({ skewMs: hub?.skewMs ?? 0, at: hubs.at, speed }), [hub?.skewMs, hubs.at, speed]);
  const id = hub?.id;
  useEffect(() => {
    if (id) rememberHub(id);
  }, [id]);
  useEffect(() => {
    document.title = hub ? `${hub.name} · KMM Bastion` : 'KMM Bastion';
  }, [hub]);
  return (
    <HubClockContext value={clock}>
      <Page
        masthead={<TopBar hub={hub} hubs={list} onPalette={() => setOpen('palette')} onHelp={() => setOpen('help')} />}
        sidebar={<Navigation route={route} hub={hub} />}
        isManagedSidebar
        isContentFilled
        mainContainerId={main}
        skipToContent={
          <SkipToContent
            href={`#${main}`}
            onClick={(event) => {
              // The hash is the route: moving the focus by it would leave the page.
              event.preventDefault();
              document.getElementById(main)?.focus();
            }}
          >
            Skip to content
          </SkipToContent>
        }
        banner={<Banners hub={hub} />}
      >
        <Room route={route} hub={hub} hubs={hubs} />
      </Page>
      {open === 'palette' && <Palette hub={hub} hubs={list} go={go} onClose={close} onHelp={() => setOpen('help')} />}
      {open === 'help' && <Help onClose={close} />}
    </HubClockContext>
  );
}
