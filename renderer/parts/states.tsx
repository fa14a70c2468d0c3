import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  Progress,
  Spinner,
} from '@patternfly/react-core';
import BanIcon from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import DisconnectedIcon from '@patternfly/react-icons/dist/esm/icons/disconnected-icon';
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon';
import type { ComponentType, ReactNode } from 'react';
import type { Fault } from '../../shared/fault.ts';
import { EngineText } from './engine-text.tsx';

/** Nothing is there yet: what it would be, and the next step. */
export function NothingYet({
  icon,
  title,
  children,
  next,
  level = 'h2',
}: {
  icon?: ComponentType;
  title: string;
  children: ReactNode;
  next?: ReactNode;
  /** h1 where it is the whole page. */
  level?: 'h1' | 'h2';
}) {
  return (
    <EmptyState titleText={title} headingLevel={level} variant="lg" {...(icon && { icon })}>
      <EmptyStateBody>{children}</EmptyStateBody>
      {next && (
        <EmptyStateFooter>
          <EmptyStateActions>{next}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

/** Something is on its way: what, and how far where that is known (`total` 0: not known). */
export function Loading({ what, done, total = 0 }: { what: string; done?: number; total?: number }) {
  return (
    <div className="kb-loading" role="status">
      {total > 0 ? (
        <Progress
          className="kb-loading-bar"
          value={Math.round(((done ?? 0) / total) * 100)}
          title={what}
          aria-label={what}
          size="sm"
        />
      ) : (
        <>
          <Spinner size="lg" aria-label={what} />
          <span>{what}</span>
        </>
      )}
    </div>
  );
}

const isRefusal = (fault: Fault) => /forbidden|unauthorized|refused/.test(fault.code);
const isAway = (fault: Fault) => /offline|unreachable|away/.test(fault.code);

/** A fault in full: refused, offline or failed, the reason, the field, and what to do next. */
export function Failed({
  fault,
  what,
  again,
  children,
}: {
  fault: Fault;
  what: string;
  again?: () => void;
  children?: ReactNode;
}) {
  const icon = isRefusal(fault) ? BanIcon : isAway(fault) ? DisconnectedIcon : ExclamationCircleIcon;
  const status = isAway(fault) ? 'warning' : isRefusal(fault) ? 'info' : 'danger';
  return (
    <EmptyState titleText={what} headingLevel="h2" variant="lg" icon={icon} status={status}>
      <EmptyStateBody>
        <p>{fault.message}</p>
        <p className="kb-subtle">
          <EngineText text={fault.remedy} />
        </p>
        {fault.about && fault.about.length > 0 && <p className="kb-code-list">{fault.about.join(', ')}</p>}
        <p className="kb-faint">
          {fault.code}
          {fault.field ? ` · ${fault.field}` : ''}
        </p>
      </EmptyStateBody>
      {(again || children) && (
        <EmptyStateFooter>
          <EmptyStateActions>
            {again && (
              <Button variant="primary" onClick={again}>
                Try again
              </Button>
            )}
            {children}
          </EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
