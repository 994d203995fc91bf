// What can be scrolled sideways can be reached by the keyboard, too, and nothing else has to be passed.
const reach = () => document.querySelectorAll("pre, .table-wrapper, div.math").forEach(box =>
  box.toggleAttribute("tabindex", box.scrollWidth > box.clientWidth) && box.setAttribute("tabindex", "0"));
addEventListener("load", reach);
addEventListener("resize", reach);
