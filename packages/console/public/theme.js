try {
  const remembered = localStorage.getItem('clew.theme');
  if (remembered === 'light' || remembered === 'dark') document.documentElement.dataset.theme = remembered;
} catch {
  // Storage may be forbidden: then the system's theme is used.
}
