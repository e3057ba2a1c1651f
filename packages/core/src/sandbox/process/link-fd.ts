/** The child's end of the pipe that carries messages, behind standard input, output and error. */
export const linkFd = 3;
