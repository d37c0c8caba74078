import { useCallback, type ReactNode } from 'react';
import { findingSentence, plain } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { useMarkdown } from '../copy.ts';
import { FindingDetail } from '../finding/finding-detail.tsx';
import type { FindingResponse } from '../model.ts';
import { Answered, Bones } from '../parts/answered.tsx';
import { useNames } from '../parts/names.ts';
import { useTitle } from '../parts/title.ts';
import { useSay, useTongue } from '../words/speak.tsx';

export function FindingPage({ id }: { readonly id: string }): ReactNode {
  const say = useSay();
  const answer = useAnswer<FindingResponse>(`/findings/${encodeURIComponent(id)}`, { live: true });
  const tongue = useTongue(useNames());
  const finding = answer.data?.finding;
  const said = finding === undefined ? say('finding.title') : plain(findingSentence(finding, tongue));
  useTitle(said);
  useMarkdown(useCallback(() => `${said}\n\n${location.href}\n`, [said]));
  return <Answered isPage answer={answer} what={say('finding.title')} skeleton={<><span className="bone bone-sentence" /><span className="bone bone-line" /><span className="bone chart-bone" style={{ height: 240 }} /><Bones rows={4} widths={[20, 10, 20]} /></>}>{({ finding: found, incidentIds, maintenance }) => <FindingDetail finding={found} incidentIds={incidentIds} work={maintenance} tongue={tongue} heading />}</Answered>;
}
