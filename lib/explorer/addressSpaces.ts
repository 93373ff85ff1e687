/** Who has which address space: what P-MM is judged by. */

/** Where a system says who has which address space. */
export interface AddressSpaces {
  /** The number of the first one that can be freed; smaller ones stand for none, or stay. */
  readonly first: number;
  /** Variable of a CPU: the address space that it borrows. */
  readonly borrowed: string;
  /** Variable of an mm: how many use it. */
  readonly users: string;
}
