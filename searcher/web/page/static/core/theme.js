// Before anything is drawn: the theme that was chosen on this device. It is no module, since modules wait.

try {
  const theme = localStorage.getItem("photoseek-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* the browser stores nothing: the theme is the system's */ }
