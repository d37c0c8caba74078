import type { ReactNode } from 'react';
import { Bones } from '../parts/answered.tsx';

export function NowSkeleton(): ReactNode {
  return <div className="now-skeleton"><span className="bone bone-sentence" /><span className="bone bone-line" /><NowBones /></div>;
}

/** What is drawn behind the sentence. */
export function NowBones(): ReactNode {
  return <><div className="now-middle"><div className="bone bone-map" /><Bones rows={6} widths={[24, 60]} /></div><Bones rows={8} /></>;
}
