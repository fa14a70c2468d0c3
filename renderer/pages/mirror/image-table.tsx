import { Button } from '@patternfly/react-core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Output } from '../../../shared/contract.ts';
import type { Fault } from '../../../shared/fault.ts';
import { FaultAlert } from '../../parts/fault-alert.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { type Column, VirtualTable } from '../../parts/virtual-table.tsx';
import { useRows } from '../../state/use-rows.ts';
import { count, plural, shortDigests } from '../../words/format.ts';

type ImageCall = 'mirror.planImages' | 'mirror.runImages' | 'mirror.images';
type RowOf<K extends ImageCall> = Output<K>['rows'][number];
interface Image {
  name: string;
  digest?: string | undefined;
  fault?: Fault | undefined;
}

/** A reference in one line: where it is short of room the middle goes, never the end that tells two images apart. */
function ImageName({ name }: { name: string }) {
  const short = shortDigests(name);
  const cut = short.lastIndexOf('/');
  return (
    <span className="kb-image-name">
      <span>{short.slice(0, Math.max(0, cut))}</span>
      <span>{short.slice(Math.max(0, cut))}</span>
    </span>
  );
}

/** The column of names, as wide as the others leave room for. */
export const nameColumn = (width: string): Column<Image> => ({
  id: 'name',
  title: 'Image',
  width,
  cell: ({ name }) => <ImageName name={name} />,
  title_: ({ name, digest }) => (digest && !name.endsWith(digest) ? `${name}\n${digest}` : name),
});
const keyOf = ({ name }: Image) => name;

/** Images of a plan, a run or the store: filters, a table of any length, and the chosen image in full below it. */
export function ImageTable<K extends ImageCall>({
  call,
  input,
  label,
  columns,
  all,
  filters,
}: {
  call: K;
  /** What is asked beside the search. */
  input: Record<string, unknown>;
  label: string;
  columns: readonly Column<RowOf<K>>[];
  /** How many there are without any filter. */
  all?: number;
  filters?: ReactNode;
}) {
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Image | undefined>();
  const box = useRef<HTMLElement>(null);
  const rows = useRows(call, { ...input, search });
  const total = rows.total ?? 0;
  function close() {
    setChosen(undefined);
    box.current?.querySelector<HTMLElement>('[data-index][tabindex="0"]')?.focus();
  }
  return (
    <section ref={box} className="kb-images" aria-label={label}>
      <div className="kb-filter-row">
        <input
          className="kb-input"
          data-filter
          aria-label="Filter images by name (press /)"
          placeholder="Filter by name  /"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {filters}
        <span className="kb-num kb-subtle" role="status">
          {rows.total === undefined
            ? ''
            : all === undefined || all === total
              ? plural(total, 'image')
              : `${count(total)} of ${plural(all, 'image')}`}
        </span>
      </div>
      {rows.fault && <Failed fault={rows.fault} what="Could not read the images" again={rows.again} />}
      {!rows.fault && rows.total === undefined && <Loading what="Reading the images" />}
      {rows.total === 0 && <p className="kb-subtle kb-pad">No image matches.</p>}
      {total > 0 && (
        <VirtualTable
          label={label}
          columns={columns}
          total={total}
          rowAt={rows.rowAt}
          keyOf={keyOf}
          onRange={rows.onRange}
          onOpen={setChosen}
          selected={chosen?.name ?? ''}
          busy={rows.stale}
        />
      )}
      {chosen && <InFull key={chosen.name} image={chosen} onClose={close} />}
    </section>
  );
}

/** All of a name, and why the image is not there, to be read and copied. */
function InFull({ image, onClose }: { image: Image; onClose: () => void }) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  const { name, digest, fault } = image;
  return (
    <section
      ref={box}
      className="kb-in-full"
      aria-label="The chosen image"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className="kb-between">
        <code className="kb-break">{name}</code>
        <Button variant="link" size="sm" onClick={onClose}>
          Close
        </Button>
      </div>
      {digest && !name.endsWith(digest) && <code className="kb-break kb-subtle">{digest}</code>}
      {fault && <FaultAlert fault={fault} />}
    </section>
  );
}
