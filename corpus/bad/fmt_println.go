// want 6:2 "fmt.Println is not in the language; trace(x) records an int"

package main

func main() {
	fmt.Println(1)
}
