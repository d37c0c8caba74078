import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { forget } from '../api/answer.ts';
import { ApiError, sendJson, sessionPath } from '../api/client.ts';
import { connect } from '../api/live.ts';
import { setSignedOut } from '../api/session.ts';
import { useTitle } from '../parts/title.ts';
import { useSay } from '../words/speak.tsx';
import { Ball } from './ball.tsx';

/** The server asks for its token. The address stays as it is: signed in, one is where one wanted to be. */
export function SignIn(): ReactNode {
  const say = useSay();
  useTitle(say('signIn.title'));
  const field = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => field.current?.focus(), []);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    sendJson('POST', sessionPath, { token: field.current?.value ?? '' }).then(() => {
      setSignedOut(false);
      connect();
    }, (error: unknown) => {
      setBusy(false);
      const refused = error instanceof ApiError && error.status === 401;
      setWrong(refused ? say('signIn.wrong') : error instanceof ApiError && error.code !== 'unreachable' ? `${error.message} ${error.next}` : say('error.unreachable', { where: location.origin }));
      field.current?.select();
    });
  };
  return (
    <main className="sign-in" id="main">
      <p className="brand"><Ball /> <span>clew</span></p>
      <h1>{say('signIn.title')}</h1>
      <form onSubmit={send}>
        <label className="field"><span>{say('signIn.token')}</span><input ref={field} type="password" name="token" autoComplete="current-password" spellCheck={false} required aria-describedby="sign-in-note" aria-invalid={wrong !== null} /></label>
        <button type="submit" className="primary" disabled={busy}>{say('signIn.do')}</button>
      </form>
      <p id="sign-in-note" className={wrong === null ? 'faint' : undefined} role={wrong === null ? undefined : 'alert'}>{wrong ?? say('signIn.about')}</p>
    </main>
  );
}

export function signOut(): Promise<void> {
  return sendJson('DELETE', sessionPath).then(() => {
    forget();
    setSignedOut(true);
  });
}
