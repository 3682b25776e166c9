// want 5:12 "on the line of func"

package main

func main()
{
}
