import {
  Button,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  PageToggleButton,
} from '@patternfly/react-core';
import QuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/question-circle-icon';
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon';
import type { Output } from '../../shared/contract.ts';
import icon from '../icon.svg';
import { formatRoute } from '../state/route.ts';
import { HubSwitch } from './hub-switch.tsx';
import { Jobs } from './jobs.tsx';

type Hub = Output<'hubs.list'>['hubs'][number];

/** Which hub, in what state, how old its data; what runs; the palette and help. */
export function TopBar({
  hub,
  hubs,
  onPalette,
  onHelp,
}: {
  hub: Hub | undefined;
  hubs: Hub[];
  onPalette: () => void;
  onHelp: () => void;
}) {
  return (
    <Masthead className="kb-top">
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton variant="plain" isHamburgerButton aria-label="Rooms" />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo href={formatRoute({ page: 'home' })} component="a" className="kb-brand">
            <img src={icon} alt="" width={26} height={26} />
            <span>KMM Bastion</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <div className="kb-top-content">
          <HubSwitch hub={hub} hubs={hubs} />
          <span className="kb-spring" />
          <Jobs />
          <button type="button" className="kb-palette-button" onClick={onPalette} aria-label="Go to… Ctrl K">
            <SearchIcon />
            <span>Go to…</span>
            <kbd>Ctrl K</kbd>
          </button>
          <Button variant="plain" aria-label="Help (?)" icon={<QuestionCircleIcon />} onClick={onHelp} />
        </div>
      </MastheadContent>
    </Masthead>
  );
}
