/** The logo of the kernel: two cores, the entry they share, and the interrupt between them. */
export const logoSvg: string = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"
viewBox="0 0 64 64">
<rect width="64" height="64" rx="12" fill="#10243e"/>
<g fill="none" stroke="#7fb2ff" stroke-width="3">
<rect x="8" y="9" width="18" height="18" rx="3"/><rect x="38" y="9" width="18" height="18" rx="3"/>
<path d="M17 27v15h-5v13h40V42h-5V27M12 48.5h40"/></g>
<path d="M34 16l-8 12h6l-3 11 10-14h-6l4-9z" fill="#ffb454"/>
</svg>
`;

/** Width and height of the drawing in its own units. */
export const logoSize = 64;
