import type { SpokeDetail } from '../../../shared/contract/fleet.ts';

/** Claims (what the spoke says of itself) and labels (what the hub says of it). */
export function SpokeLabels({ detail }: { detail: SpokeDetail }) {
  const labels = Object.entries(detail.labels).sort(([a], [b]) => a.localeCompare(b));
  return (
    <div className="kb-stack">
      <Pairs
        title="Claims"
        pairs={detail.claims.map(({ name, value }) => [name, value])}
        none="The spoke reports no claims."
      />
      <Pairs title="Labels" pairs={labels} none="No labels." />
    </div>
  );
}

function Pairs({ title, pairs, none }: { title: string; pairs: [string, string][]; none: string }) {
  return (
    <table className="kb-plain">
      <caption>{title}</caption>
      <tbody>
        {pairs.map(([name, value]) => (
          <tr key={name}>
            <th scope="row" className="kb-break">
              {name}
            </th>
            <td className="kb-break">
              {value.split('\n').map((line, index) => (
                <div key={`${index}${line}`}>{line}</div>
              ))}
            </td>
          </tr>
        ))}
        {pairs.length === 0 && (
          <tr>
            <td className="kb-subtle">{none}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
