import type { ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import type { ServicesResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { ServiceTable } from '../parts/service-table.tsx';
import { useTitle } from '../parts/title.ts';
import { useSay } from '../words/speak.tsx';

export function ServicesPage(): ReactNode {
  const say = useSay();
  useTitle(say('services.title'));
  const answer = useAnswer<ServicesResponse>('/services', { live: true });
  return <><h1>{say('services.title')}</h1><Answered answer={answer} what={say('services.title')} skeleton={<Bones rows={12} />}>{({ services }) => (services.length === 0 ? <Empty title={say('services.none')} next={say('services.noneNext')}><p><Link to={linkTo({ page: 'send' })}>{say('nav.send')}</Link></p></Empty> : <ServiceTable services={services} />)}</Answered></>;
}
