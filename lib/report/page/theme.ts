// Dark or light: as the system says, until somebody says otherwise for this view.

export function setUpTheme(): void {
  const button = document.getElementById("theme");
  if (button === null) return;
  const system = matchMedia("(prefers-color-scheme: dark)");
  let isDark = system.matches;
  const show = (): void => {
    button.textContent = isDark ? "Light" : "Dark";
    button.setAttribute("aria-label", `Switch to the ${isDark ? "light" : "dark"} theme`);
  };
  button.addEventListener("click", () => {
    isDark = !isDark;
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
    show();
  });
  system.addEventListener("change", ({ matches }) => {
    if (document.documentElement.dataset["theme"] !== undefined) return;
    isDark = matches;
    show();
  });
  button.hidden = false;
  show();
}
