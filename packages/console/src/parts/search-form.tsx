import { useEffect, useRef, type ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import type { ServicesResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { useSay } from '../words/speak.tsx';

/** A form whose fields are the page's filters: what is searched for is in the address once it is asked. */
export function SearchForm({ children, label }: { readonly children: ReactNode; readonly label: string }): ReactNode {
  const say = useSay();
  return (
    <form className="search-form" role="search" aria-label={label} onSubmit={(event) => {
      event.preventDefault();
      const values = new FormData(event.currentTarget);
      const changes: Record<string, string> = {};
      for (const field of event.currentTarget.elements) if ((field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.name !== '') changes[field.name] = String(values.get(field.name) ?? '').trim();
      setFilters(changes);
    }}>
      {children}
      <button type="submit">{say('explore.search')}</button>
    </form>
  );
}

/** A field that follows the address, and goes into it when the form is sent. */
export function Field({ name, label, hint, first = false, width, suggestions }: { readonly name: string; readonly label: string; readonly hint?: string; readonly first?: boolean; readonly width?: number; readonly suggestions?: readonly string[] }): ReactNode {
  const { filters } = useRoute();
  const value = filters[name] ?? '';
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current !== null) input.current.value = value;
  }, [value]);
  return (
    <label className="field"><span>{label}</span>
      <input ref={input} name={name} defaultValue={value} placeholder={hint} style={{ width }} autoComplete="off" spellCheck={false} data-filter={first ? '' : undefined} list={suggestions === undefined ? undefined : `${name}-list`} />
      {suggestions === undefined ? null : <datalist id={`${name}-list`}>{suggestions.map((each) => <option key={each} value={each} />)}</datalist>}
    </label>
  );
}

export function Choose({ name, label, options }: { readonly name: string; readonly label: string; readonly options: readonly (readonly [value: string, words: string])[] }): ReactNode {
  const { filters } = useRoute();
  return <label className="field"><span>{label}</span><select name={name} value={filters[name] ?? ''} onChange={(event) => setFilters({ [name]: event.target.value })}>{options.map(([value, words]) => <option key={value} value={value}>{words}</option>)}</select></label>;
}

export function ChooseService(): ReactNode {
  const say = useSay();
  const { filters: { service = '' } } = useRoute();
  const services = (useAnswer<ServicesResponse>('/services').data?.services ?? []).filter(({ node }) => node.kind === 'service').map(({ node }) => [node.id, node.name] as const).sort((a, b) => a[1].localeCompare(b[1]));
  const known = service === '' || services.some(([id]) => id === service);
  return <Choose name="service" label={say('explore.service')} options={[['', say('explore.anyService')], ...(known ? [] : [[service, service.replace('service:', '')] as const]), ...services]} />;
}

/** `key=value`, several parted by spaces, is what the API takes as repeated `attribute`. Quotes keep spaces inside. */
export function attributeFilters(text: string): string[] {
  return [...text.matchAll(/([^\s=]+)=("[^"]*"|\S*)/g)].map(([, key, value]) => `${key}=${value.replace(/^"(.*)"$/, '$1')}`);
}
