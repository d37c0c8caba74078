import { Component, type ReactNode } from 'react';
import { useSay } from './words/speak.tsx';

/** A page that fails to draw says so, and the frame around it stays. React asks for a class here. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failure: Error | null }> {
  override state: { readonly failure: Error | null } = { failure: null };
  static getDerivedStateFromError(failure: unknown): { failure: Error } {
    return { failure: failure instanceof Error ? failure : new Error(String(failure)) };
  }
  override render(): ReactNode {
    const { failure } = this.state;
    return failure === null ? this.props.children : <Crash failure={failure} />;
  }
}

function Crash({ failure }: { readonly failure: Error }): ReactNode {
  const say = useSay();
  return <section className="failure" role="alert"><h2>{say('error.crash')}</h2><p>{say('error.crashNext')}</p><pre>{failure.stack ?? failure.message}</pre></section>;
}
