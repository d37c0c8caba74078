import { useEffect, useState, type ReactNode } from 'react';
import type { Answer } from '../api/answer.ts';
import type { ApiError } from '../api/client.ts';
import { linkTo } from '../navigate.ts';
import { Rich, Time, useSay } from '../words/speak.tsx';
import { Link } from './link.tsx';

interface AnsweredProps<Data> {
  readonly answer: Answer<Data>;
  /** What is being waited for, in words. */
  readonly what: string;
  /** The real layout, empty. */
  readonly skeleton: ReactNode;
  /** It is all that the page is: what failed is the page's heading. */
  readonly isPage?: boolean;
  readonly children: (data: Data) => ReactNode;
}

/** Loading, failed, or there. What was there before stays visible while a failure is told above it. */
export function Answered<Data>({ answer, what, skeleton, isPage = false, children }: AnsweredProps<Data>): ReactNode {
  const { data, error, receivedMs, reload } = answer;
  if (error !== undefined) return <><Failure error={error} what={what} stillMs={receivedMs} retry={reload} isPage={isPage && data === undefined} />{data === undefined ? null : children(data)}</>;
  if (data === undefined) return <Waiting what={what}>{skeleton}</Waiting>;
  return children(data);
}

const tellAfterMs = 300;

export function Waiting({ what, children }: { readonly what: string; readonly children: ReactNode }): ReactNode {
  const say = useSay();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), tellAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return <div className="waiting" aria-busy="true"><p className="waiting-for" role="status">{late ? say('wait.for', { what }) : '\u00a0'}</p><div aria-hidden="true">{children}</div></div>;
}

export function Failure({ error, what, stillMs, retry, isPage = false }: { readonly error: ApiError; readonly what: string; readonly stillMs?: number; readonly retry?: () => void; readonly isPage?: boolean }): ReactNode {
  const say = useSay();
  const missing = error.status === 404;
  const unreachable = error.code === 'unreachable';
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <section className="failure" role="alert">
      <Heading>{missing ? say('error.notFound') : say('error.title', { what })}</Heading>
      <p>{unreachable ? say('error.unreachable', { where: error.value }) : error.message}{!unreachable && error.value !== '' ? <> <code>{error.value}</code></> : null}</p>
      {stillMs === undefined ? null : <p><Rich name="error.stillTrue" values={{ time: <Time at={stillMs} /> }} /></p>}
      <p>{unreachable ? say('error.unreachableNext') : missing && error.next === '' ? <Rich name="error.notFoundNext" values={{ now: <Link to={linkTo({ page: 'now' })}>{say('nav.now')}</Link> }} /> : error.next}</p>
      {retry === undefined ? null : <button type="button" onClick={retry}>{say('error.retry')}</button>}
    </section>
  );
}

/** Lines of the layout that is to come. Widths in per cent. */
export function Bones({ rows, widths = [30, 12, 16, 16, 10] }: { readonly rows: number; readonly widths?: readonly number[] }): ReactNode {
  return <div className="bones">{Array.from({ length: rows }, (_, row) => <div key={row} className="bones-row">{widths.map((width, at) => <span key={at} className="bone" style={{ width: `${width}%` }} />)}</div>)}</div>;
}

export function Empty({ title, next, children }: { readonly title: string; readonly next?: string; readonly children?: ReactNode }): ReactNode {
  return <div className="empty"><p className="empty-title">{title}</p>{next === undefined ? null : <p>{next}</p>}{children}</div>;
}
