import { Alert, Button } from '@patternfly/react-core';
import HddIcon from '@patternfly/react-icons/dist/esm/icons/hdd-icon';
import { useState } from 'react';
import type { StoreImage } from '../../../shared/contract/mirror.ts';
import { Age } from '../../parts/age.tsx';
import { Answer } from '../../parts/answer.tsx';
import { Counts } from '../../parts/counts.tsx';
import { NothingYet } from '../../parts/states.tsx';
import type { Column } from '../../parts/virtual-table.tsx';
import { formatRoute } from '../../state/route.ts';
import { useAct, useCall } from '../../state/use-call.ts';
import { useRoute } from '../../state/use-route.ts';
import { bytes, count, plural, shortDigests, shortTime } from '../../words/format.ts';
import { ImageTable, nameColumn } from './image-table.tsx';
import { PruneDialog } from './prune-dialog.tsx';
import { ServePart } from './serve-part.tsx';

const columns: readonly Column<StoreImage>[] = [
  nameColumn('46%'),
  { id: 'category', title: 'What', width: '11%', cell: ({ category }) => category },
  { id: 'sets', title: 'Sets', width: '13%', cell: ({ sets }) => sets.join(', ') },
  { id: 'bytes', title: 'Size', width: '10%', number: true, cell: ({ bytes: all }) => bytes(all) },
  { id: 'own', title: 'Its own', width: '10%', number: true, cell: ({ ownBytes }) => bytes(ownBytes) },
  { id: 'at', title: 'Since', width: '10%', cell: ({ pulledAt }) => shortTime(pulledAt, Date.now()) },
];

/** The blobs on this laptop: how much, whether sound, image by image. */
export function StorePart() {
  const { go } = useRoute();
  const status = useCall('mirror.store', {});
  const verify = useAct('mirror.verify', { done: ({ run }) => go({ page: 'mirror', path: ['runs', run.id] }) });
  const [pruning, setPruning] = useState(false);
  return (
    <Answer of={status} what="the store">
      {(store) => (
        <div className="kb-stack kb-tall">
          {store.damaged.length > 0 && (
            <Alert isInline variant="danger" component="p" title={`${plural(store.damaged.length, 'blob')} damaged`}>
              Set aside and named here; pull the sets again to bring them back.
              <p className="kb-code-list">{shortDigests(store.damaged.slice(0, 20).join(', '))}</p>
            </Alert>
          )}
          <Counts
            counts={[
              ['Images', count(store.images)],
              ['Blobs', count(store.blobs)],
              ['Size', bytes(store.bytes)],
              ['Half fetched', store.partialBytes === 0 ? 'nothing' : bytes(store.partialBytes)],
              ['Free on this disk', `${bytes(store.freeBytes)} of ${bytes(store.totalBytes)}`],
              ['Verified', store.verifiedAt ? <Age key="age" at={store.verifiedAt} /> : 'never as a whole'],
            ]}
          />
          <div className="kb-actions">
            {store.blobs > 0 && (
              <>
                <Button variant="secondary" isLoading={verify.busy} onClick={() => verify.act({})}>
                  Verify every blob
                </Button>
                <Button variant="secondary" onClick={() => setPruning(true)}>
                  Prune…
                </Button>
              </>
            )}
            <code className="kb-faint kb-break">{store.path}</code>
          </div>
          {store.images > 0 && <ServePart images={store.images} />}
          {store.images === 0 ? (
            <NothingYet
              icon={HddIcon}
              title="The store is empty"
              next={
                <>
                  <Button component="a" href={formatRoute({ page: 'mirror' })}>
                    See the image sets
                  </Button>
                  <Button component="a" variant="secondary" href={formatRoute({ page: 'mirror', path: ['bundles'] })}>
                    Bring a bundle in
                  </Button>
                </>
              }
            >
              Pull an image set; at a site without internet, bring a bundle in from a disk.
            </NothingYet>
          ) : (
            <ImageTable
              call="mirror.images"
              input={{}}
              label="Images in the store"
              columns={columns}
              all={store.images}
            />
          )}
          {pruning && <PruneDialog onClose={() => setPruning(false)} />}
        </div>
      )}
    </Answer>
  );
}
