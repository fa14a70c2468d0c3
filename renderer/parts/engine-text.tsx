import { formatRoute } from '../state/route.ts';
import { useRoute } from '../state/use-route.ts';
import { inWindow, placeWords } from '../words/in-window.ts';

/** A sentence of the engine; what it names as a command is a link to its place in the window, or the button's name on that very place. */
export function EngineText({ text }: { text: string }) {
  const { route } = useRoute();
  const here = formatRoute({ ...route, query: {} });
  return inWindow(text).map((part, at) => {
    if (typeof part === 'string') return part;
    if (part.href === here && part.act !== '') return <strong key={at}>{part.act}</strong>;
    return (
      <a key={at} href={part.href}>
        {placeWords(part)}
      </a>
    );
  });
}
