import { useEffect, useRef, type ReactNode } from 'react';

/** A modal dialog of the browser's own: it keeps the focus inside and gives it back. */
export function Overlay({ label, className, onClose, children }: { readonly label: string; readonly className: string; readonly onClose: () => void; readonly children: ReactNode }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close();
  }, []);
  return (
    <dialog ref={dialog} className={className} aria-label={label} onCancel={(event) => { event.preventDefault(); onClose(); }} onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      {children}
    </dialog>
  );
}
