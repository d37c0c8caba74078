import type { ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import { Budget } from '../detection/budget.tsx';
import { DetectorTable } from '../detection/detector-table.tsx';
import { MaintenanceList } from '../detection/maintenance.tsx';
import { Noisiest } from '../detection/noisiest.tsx';
import type { DetectionResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Answered, Bones } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { useNames } from '../parts/names.ts';
import { useTitle } from '../parts/title.ts';
import { useSay } from '../words/speak.tsx';

/** How detection itself is doing: budget, detectors, noisy series, announced work. */
export function DetectorsPage(): ReactNode {
  const say = useSay();
  useTitle(say('detection.title'));
  const answer = useAnswer<DetectionResponse>('/detection', { live: true });
  const names = useNames();
  return (
    <>
      <h1>{say('detection.title')}</h1>
      <p className="soft">{say('detection.lead')}</p>
      <Answered answer={answer} what={say('detection.title')} skeleton={<><span className="bone bone-sentence" /><span className="bone bone-line" /><Bones rows={8} widths={[14, 10, 8, 8, 8, 20]} /></>}>{(detection) => (
        <>
          <Budget detection={detection} />
          <section><h2>{say('detection.each')}</h2><DetectorTable detectors={detection.detectors} names={names} /><p className="quiet under-table"><Link to={linkTo({ page: 'backtest' })} data-row="">{say('detection.compare')}</Link></p></section>
          <div className="columns detection-columns">
            <section><h2>{say('detection.noisiest')}</h2><p className="soft">{say('detection.noisiestAbout')}</p><Noisiest noisiest={detection.noisiest} names={names} /></section>
            <section><h2>{say('maintenance.title')}</h2><MaintenanceList maintenance={detection.maintenance} names={names} /></section>
          </div>
          {detection.version === '' ? null : <p className="faint small">{say('detection.version', { version: detection.version })}</p>}
        </>
      )}</Answered>
    </>
  );
}
