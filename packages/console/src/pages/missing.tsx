import type { ReactNode } from 'react';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { Rich, useSay } from '../words/speak.tsx';

export function MissingPage(): ReactNode {
  const say = useSay();
  return <section className="failure"><h1>{say('error.notFound')}</h1><p><Rich name="error.notFoundNext" values={{ now: <Link to={linkTo({ page: 'now' })}>{say('nav.now')}</Link> }} /></p></section>;
}
